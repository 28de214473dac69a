-- Note which invariant a rebuild broke, and in how many rows.
update ops.refresh
set finished_at = $finished_at, failed_check = $failed_check, count_failed = $count_failed
where id = $id
