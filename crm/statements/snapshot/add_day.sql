-- Keep what was counted for $taken_on.
insert into ops.kpi_snapshot by name
select
    $taken_on as taken_on,
    metric_id,
    team_id,
    owner_id,
    value,
    $is_closed as is_closed,
    $counted_at as counted_at
from reading
