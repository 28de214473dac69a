-- Which lines of the mart of sales carry another owner than their account has, so that the wrong people see them?
select next_sale_line.order_line_id
from mart.next_sale_line
join core.account on account.id = next_sale_line.account_id
where next_sale_line.account_owner_id is distinct from account.owner_id
