-- How many references of tickets lead nowhere?
select
    'ticket.account_id' as reference,
    count(*) as count_rows
from core.ticket as child
anti join core.account as parent on parent.id = child.account_id
where child.account_id is not null
union all
select
    'ticket.contact_id' as reference,
    count(*) as count_rows
from core.ticket as child
anti join core.contact as parent on parent.id = child.contact_id
where child.contact_id is not null
union all
select
    'ticket.product_id' as reference,
    count(*) as count_rows
from core.ticket as child
anti join core.product as parent on parent.id = child.product_id
where child.product_id is not null
union all
select
    'ticket.owner_id' as reference,
    count(*) as count_rows
from core.ticket as child
anti join core.staff as parent on parent.id = child.owner_id
where child.owner_id is not null
union all
select
    'ticket.credited_owner_id' as reference,
    count(*) as count_rows
from core.ticket as child
anti join core.staff as parent on parent.id = child.credited_owner_id
where child.credited_owner_id is not null
union all
select
    'ticket.team_id' as reference,
    count(*) as count_rows
from core.ticket as child
anti join core.team as parent on parent.id = child.team_id
where child.team_id is not null
