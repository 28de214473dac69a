-- Note that the marts of a rebuild are in place.
update ops.refresh
set finished_at = $finished_at, silent_after_days = $silent_after_days
where id = $id
