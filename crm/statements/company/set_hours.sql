-- Give a priority other hours, if it still has those that were read, or the new ones already; the row tells that it had.
update ops.service_target
set hours = $after
where priority = $priority and hours in ($before, $after)
returning priority
