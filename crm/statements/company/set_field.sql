-- Give a setting of the company another value, if it still has the one that was read, or the new one already; the row
-- tells that it had.
update ops.company
set {field} = $after
where {field} is not distinct from $before or {field} is not distinct from $after
returning id
