-- How many deals stand open in each stage, and what are they worth?
-- Grain: open stage of a pipeline; archived deals are left out, value is null where no deal has an amount.
-- Parameters: none.
select
    stage.pipeline,
    stage.name as stage,
    stage.position,
    count(opportunity.id) as count_deals,
    cast(sum(opportunity.amount_company) as decimal(18, 2)) as value
from visible.stage
left join visible.opportunity on opportunity.stage_id = stage.id and not opportunity.is_archived
where stage.type = 'open'
group by stage.pipeline, stage.name, stage.position
order by stage.pipeline, stage.position
