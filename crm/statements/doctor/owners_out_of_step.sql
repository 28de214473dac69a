-- How many records carry another owner of their account than the account has, so that the wrong people see them?
select
    'contact.account_owner_id' as reference,
    count(*) as count_rows
from core.contact as child
join core.account as parent on parent.id = child.account_id
where child.account_owner_id is distinct from parent.owner_id
union all
select
    'opportunity.account_owner_id' as reference,
    count(*) as count_rows
from core.opportunity as child
join core.account as parent on parent.id = child.account_id
where child.account_owner_id is distinct from parent.owner_id
union all
select
    'sales_order.account_owner_id' as reference,
    count(*) as count_rows
from core.sales_order as child
join core.account as parent on parent.id = child.account_id
where child.account_owner_id is distinct from parent.owner_id
union all
select
    'order_line.account_owner_id' as reference,
    count(*) as count_rows
from core.order_line as child
join core.account as parent on parent.id = child.account_id
where child.account_owner_id is distinct from parent.owner_id
union all
select
    'ticket.account_owner_id' as reference,
    count(*) as count_rows
from core.ticket as child
join core.account as parent on parent.id = child.account_id
where child.account_owner_id is distinct from parent.owner_id
