-- Give a priority other hours, if it still has those that were read; the row tells that it had.
update ops.service_target
set hours = $after
where priority = $priority and hours = $before
returning priority
