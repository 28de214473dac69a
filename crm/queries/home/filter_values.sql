-- Which values can each filter of a page take?
-- Grain: filter and value; `code` is the key of staff and teams, else the text itself, `team_id` that of staff.
-- Parameters: none.
select distinct 'region' as filter, region as code, region as name, null as team_id
from (
    select region from visible.account
    union all
    select region from visible.sales_order
)
where region is not null
union all
select distinct 'industry', industry, industry, null
from visible.account
where industry is not null
union all
select distinct 'category', category, category, null
from visible.product
where category is not null
union all
select distinct 'channel', channel, channel, null
from visible.sales_order
where channel is not null
union all
select 'owner', cast(id as varchar), name, team_id
from visible.staff
where not is_archived
union all
select 'team', cast(id as varchar), name, id
from visible.team
where not is_archived
order by filter, name, code
