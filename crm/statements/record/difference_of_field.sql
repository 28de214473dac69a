-- Of which records is a field different, and did somebody change that field since they were read?
select
    record.id, record.version + 1 as version, '{field}' as field, record.{field}::varchar as before,
    cast($value_{field} as {type})::varchar as after, {is_overtaken} as is_overtaken
from chosen
join core.{object} as record on record.id = chosen.id
where {is_different}
