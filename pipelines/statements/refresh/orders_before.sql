-- Under which account and owner, who may have changed since, do the marts by day count the orders of changed accounts?
insert into mart.next_sale_order
select * replace (counted_account_id as account_id, counted_owner_id as account_owner_id)
from mart.sale_order
where counted_account_id in (select account_id from ops.touched_account where refresh_id = $refresh_id)
