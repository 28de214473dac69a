-- What were the names of orders and products resolved to?
create or replace temp table resolved as
select lines.* replace (coalesce(lines.order_id, by_order.id) as order_id, {product_id} as product_id)
from identified as lines
left join resolved_order as by_order on by_order.value = lines.{order} and by_order.candidates = 1
{join_product}
