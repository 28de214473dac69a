-- What was in an order of an account?
-- Grain: line of the order; what came back has a negative quantity.
-- Parameters: $account_id, $order_id.
select
    product.name as product,
    product.sku,
    order_line.quantity,
    order_line.unit_price,
    cast(round(order_line.quantity * order_line.unit_price, 2) as decimal(18, 2)) as amount,
    coalesce(order_line.currency, company.currency) as currency,
    order_line.happened_at
from visible.order_line
cross join visible.company
left join visible.product on product.id = order_line.product_id
where order_line.order_id = $order_id and order_line.account_id = $account_id
order by order_line.happened_at, order_line.id
limit 1000
