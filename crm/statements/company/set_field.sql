-- Give a setting of the company another value, if it still has the one that was read; the row tells that it had.
update ops.company
set {field} = $after
where {field} is not distinct from $before
returning id
