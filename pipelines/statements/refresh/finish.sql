-- Note that the marts of a rebuild are in place.
update ops.refresh
set finished_at = $finished_at
where id = $id
