-- Stamp who is credited for an order: whoever owned the account when it came in.
update core.sales_order set credited_owner_id = account_owner_id where id = $id
