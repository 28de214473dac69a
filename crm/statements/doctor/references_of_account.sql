-- How many references of accounts lead nowhere?
select
    'account.owner_id' as reference,
    count(*) as count_rows
from core.account as child
anti join core.staff as parent on parent.id = child.owner_id
where child.owner_id is not null
union all
select
    'account.team_id' as reference,
    count(*) as count_rows
from core.account as child
anti join core.team as parent on parent.id = child.team_id
where child.team_id is not null
union all
select
    'account.parent_id' as reference,
    count(*) as count_rows
from core.account as child
anti join core.account as parent on parent.id = child.parent_id
where child.parent_id is not null
union all
select
    'account.channel_partner_id' as reference,
    count(*) as count_rows
from core.account as child
anti join core.account as parent on parent.id = child.channel_partner_id
where child.channel_partner_id is not null
