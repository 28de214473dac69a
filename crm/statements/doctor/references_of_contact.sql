-- How many references of contacts lead nowhere?
select
    'contact.account_id' as reference,
    count(*) as count_rows
from core.contact as child
anti join core.account as parent on parent.id = child.account_id
where child.account_id is not null
