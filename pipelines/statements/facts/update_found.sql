-- Take over what the names of orders and products were resolved to.
update {found} as found
set
    order_id = coalesce(found.order_id, sale.id),
    account_id = coalesce(found.account_id, sale.account_id),
    account_owner_id = coalesce(found.account_owner_id, sale.account_owner_id),
    product_id = {product_id}
from identified
left join resolved_order as by_order on by_order.value = identified.{order} and by_order.candidates = 1
left join {orders} as sale on sale.id = by_order.id
{join_product}
where found.record_number = identified.record_number
