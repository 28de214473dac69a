-- Orders may have gone to other accounts while the marts were built.
update mart.{name} as record
set account_id = sales_order.account_id, account_owner_id = sales_order.account_owner_id
from core.sales_order
where sales_order.id = record.order_id
    and sales_order.updated_at >= (select started_at from ops.refresh where id = $refresh_id)
    and sales_order.account_id is distinct from record.account_id
