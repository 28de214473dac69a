-- Which order lines belong to no order?
select order_line.id as order_line_id
from core.order_line
left join core.sales_order on sales_order.id = order_line.order_id
where sales_order.id is null
