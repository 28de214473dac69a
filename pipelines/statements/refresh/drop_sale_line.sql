-- The lines of orders that were counted anew make room, also of those that moved to another account meanwhile.
delete from mart.sale_line
where order_id in (
        select order_id
        from mart.sale_order
        where counted_account_id in (select account_id from ops.touched_account where refresh_id = $refresh_id)
    )
    or order_id in (select order_id from mart.next_sale_order)
