-- Which values can each filter of a page take?
-- Grain: filter and value; `code` is the key of staff and teams, else the text itself, `team_id` that of staff,
-- `position` that of an open stage in its pipeline. Deals of which no stage is known are of the stage `unknown`.
-- Parameters: none.
select distinct 'region' as filter, region as code, region as title, null as team_id, null as position
from (
    select region from visible.account
    union all
    select region from visible.sales_order
)
where region is not null
union all
select distinct 'industry', industry, industry, null, null
from visible.account
where industry is not null
union all
select distinct 'category', category, category, null, null
from visible.product
where category is not null
union all
select distinct 'channel', channel, channel, null, null
from visible.sales_order
where channel is not null
union all
select 'owner', cast(staff.id as varchar), staff.name, staff.team_id, null
from visible.staff
where not is_archived
union all
select 'team', cast(team.id as varchar), team.name, team.id, null
from visible.team
where not is_archived
union all
select 'stage', stage.name, stage.name, null, min(position)
from visible.stage
where type = 'open'
group by stage.name
union all
select 'stage', 'unknown', 'unknown', null, null
where exists (select 1 from visible.opportunity_event where stage_id is null and voided_at is null)
order by filter, position, title, code
