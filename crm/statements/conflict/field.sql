select
    conflict.id, {name} as name,
    record.{field}::varchar as standing_key, {standing} as standing, {value} as value, {before} as before
from visible.conflict
left join visible.{object} as record on record.id = conflict.record_id
{joins}
where conflict.object = '{object}' and conflict.field = '{field}' and conflict.decided_at is null
