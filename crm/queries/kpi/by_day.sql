-- How did a KPI of a month read on each of its days that is kept, for the company, a team or a member of staff?
-- Grain: day.
-- Parameters: $metric_id, $since, $until (days), $team_id, $owner_id (null: of neither).
select
    taken_on as day,
    value,
    is_closed,
    counted_at
from visible.kpi_snapshot
where metric_id = $metric_id
    and taken_on between $since and $until
    and team_id is not distinct from $team_id::bigint
    and owner_id is not distinct from $owner_id::bigint
order by taken_on
