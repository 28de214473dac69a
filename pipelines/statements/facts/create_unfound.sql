-- Which lines name an order or a product by something else than its key, or have values out of range?
create or replace temp table identified as
select lines.*, found.order_id, found.product_id, false as is_new
from {lines} as lines
{join_found}
where found.order_id is null or {lacks_product} or not ({in_range})
