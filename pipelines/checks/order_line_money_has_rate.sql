-- Which order lines are in the company's money, or in none, and yet have no amount in it?
select order_line.id as order_line_id
from core.order_line
cross join ops.company
where order_line.amount_company is null
    and (order_line.currency is null or order_line.currency = company.currency)
