-- Which order and product does each line name, by the source's own keys? Lines are numbered from 0; 0 is none.
select
    lines.record_number - 1 - $before as at,
    coalesce(sale.record_id, 0) as order_id, coalesce({product_id}, 0) as product_id
from {lines} as lines
left join ({order_keys}) as sale on sale.key = lines.{order}
{join_product}
