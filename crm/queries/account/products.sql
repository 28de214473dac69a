-- Which products does an account buy, how often, and when last?
-- Grain: product that was sold to it, by revenue.
-- Parameters: $account_id.
select
    product.name as product,
    sale_line.category,
    count(distinct sale_line.order_id) filter (where not sale_line.is_return) as count_orders,
    sum(sale_line.quantity) as quantity,
    max(sale_line.ordered_on) filter (where not sale_line.is_return) as last_order_on,
    sum(sale_line.revenue) as revenue
from visible.sale_line
left join visible.product on product.id = sale_line.product_id
where sale_line.account_id = $account_id
group by sale_line.product_id, product.name, sale_line.category
order by revenue desc nulls last, lower(product.name), sale_line.product_id
limit 1000
