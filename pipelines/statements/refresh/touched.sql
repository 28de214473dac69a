-- Did any account change since the marts were counted, and is it enough to count those again? Not where there are many,
-- where sales without an account changed, or what all lines are counted by: the day, products, rates, currency.
with counted as (
    select
        max(as_of) as as_of,
        max_by(silent_days, id) as silent_days
    from ops.refresh
    where finished_at is not null and failed_check is null
    having max_by(as_of, id) = $as_of
),
touched as (
    select
        count(distinct account_id) as count_accounts,
        count(*) as count_rows,
        count(*) = count(account_id) as is_of_accounts
    from ops.touched_account
)
select
    touched.count_rows > 0 as is_touched,
    coalesce(
        counted.silent_days is not null
        and touched.is_of_accounts
        and touched.count_accounts <= $few * (select count(*) from core.account)
        and not exists (select 1 from history.product where replaced_by_batch_id = $batch_id)
        and not exists (select 1 from core.fx_rate where batch_id = $batch_id)
        and not exists (select 1 from landing.batch where id = $batch_id and currency is not null),
        false
    ) as is_enough,
    counted.silent_days
from touched
left join counted on true
