-- Which stages has a deal, in their order, and in which is it over?
-- Grain: stage.
-- Parameters: none.
select id, name, type <> 'open' as is_over
from visible.stage
order by pipeline, position, id
