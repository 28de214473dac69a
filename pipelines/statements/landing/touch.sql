-- Whose numbers did a load change? A mark without account stands for all.
insert into ops.touched_account (account_id)
select id from core.account where batch_id = $batch_id
union
select account_id from core.sales_order where batch_id = $batch_id
union
select account_id from history.sales_order where replaced_by_batch_id = $batch_id
union
select account_id from core.order_line where batch_id = $batch_id
union
select account_id from core.opportunity where batch_id = $batch_id and account_id is not null
union
select account_id from history.opportunity where replaced_by_batch_id = $batch_id and account_id is not null
union
select account_id from core.ticket where batch_id = $batch_id and account_id is not null
union
select account_id from history.ticket where replaced_by_batch_id = $batch_id and account_id is not null
union
-- What all lines are counted by.
select null
where exists (select 1 from history.product where replaced_by_batch_id = $batch_id)
    or exists (select 1 from core.fx_rate where batch_id = $batch_id)
    or exists (select 1 from landing.batch where id = $batch_id and currency is not null)
