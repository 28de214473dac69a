-- Whose numbers did a load change? An account of null stands for sales without account.
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
