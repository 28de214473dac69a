-- How many lines of each file are new, how many changed, how many equal to one before them?
select
    line.file_position,
    count(*) filter (where {is_new}) as inserted,
    count(*) filter (where not {is_new}) as updated,
    count(*) filter (where line.is_possible_repeat) as repeats
from core.{object} as line
{join_delta}
where line.batch_id = $batch_id
group by line.file_position
