-- One page of a list, with the names of what its records refer to.
with page as (
    select record.*
    from visible.{object} as record{sorted_by}
    where {conditions}
    order by {order}
    limit $limit offset $offset
)
select record.id, record.version, {columns}
from page as record{names}
order by {order}
