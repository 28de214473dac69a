-- The orders that were counted anew make room.
delete from mart.sale_order
where counted_account_id in (select account_id from ops.touched_account where refresh_id = $refresh_id)
    or order_id in (select order_id from mart.next_sale_order)
