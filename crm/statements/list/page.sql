-- One page of a list, with the names of what its records refer to. Only keys are sorted, which is cheaper than records.
with page as (
    select record.id
    from visible.{object} as record{sorted_by}
    where {conditions}{within}
    order by {order}
    limit $limit offset $offset
)
select record.id, record.version{columns}
from visible.{object} as record{names}
where record.id in (select page.id from page)
order by {order}
