-- Which order and product does each line name, by the source's own keys? In the order of the lines.
create or replace temp table {found} as
select
    lines.record_number, sale.id as order_id, sale.account_id, sale.account_owner_id, {product_id} as product_id
from {lines} as lines
left join (
    select known.key, sale.id, sale.account_id, sale.account_owner_id
    from ({order_keys}) as known
    join {orders} as sale on sale.id = known.record_id
) as sale on sale.key = lines.{order}
{join_product} {sorted}
