-- Is it enough to count the accounts that changed? Not where there are many, where all lines are touched (a mark without
-- account), after another day, or after a count that failed. If so, silence is told as by the count before.
with latest as (
    select
        as_of,
        silent_days,
        failed_check
    from ops.refresh
    where finished_at is not null
    order by id desc
    limit 1
),
touched as (
    select
        count(distinct account_id) as count_accounts,
        count(*) = count(account_id) as is_of_accounts
    from ops.touched_account
    where refresh_id = $id
)
update ops.refresh
set silent_days = latest.silent_days
from latest
cross join touched
where refresh.id = $id
    and latest.failed_check is null
    and latest.as_of = $as_of
    and touched.is_of_accounts
    and touched.count_accounts <= greatest(1, $few * (select count(*) from core.account))
returning refresh.silent_days
