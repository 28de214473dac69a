-- Which records may be the same as one?
select record.id, record.name, {detail} as detail
from visible.{object} as record
where not record.is_archived
    and record.merged_into_{object}_id is null
    and record.id is distinct from $but
    and {tests}
order by lower(record.name), record.id
limit $most
