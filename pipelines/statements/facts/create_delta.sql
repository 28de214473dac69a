-- Which lines are not there yet as they stand, and which line do they change?
create or replace temp table {delta} as
select lines.*, {old_id} as old_id
from {every} as lines
{join_old}
where lines.record_number in (select record_number from fresh)
