-- Which lines name an order or a product by something else than its key, or have values out of range?
create or replace temp table identified as
select *
from (
    select lines.*, nullif(found.order_id, 0) as order_id, nullif(found.product_id, 0) as product_id, false as is_new
    from {lines} as lines
    {join_found}
) as lines
where order_id is null or {lacks_product} or not ({in_range})
