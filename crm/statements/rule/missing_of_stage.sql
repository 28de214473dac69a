-- What do these deals lack that their stage needs?
select stage.name, needed.field
from core.opportunity as deal
join core.stage as stage on stage.id = deal.stage_id
cross join lateral unnest(stage.required_fields) as needed (field)
where deal.id in {records} and json_extract_string(to_json(deal), '$.' || needed.field) is null
order by deal.id, needed.field
limit 1
