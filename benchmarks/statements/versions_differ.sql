-- Which records have versions without a change, or changes without a version?
select record.id, record.version, changed.changes, changed.last
from core.{object} as record
join (
    select record_id, count(distinct version) as changes, min(version) as first, max(version) as last
    from history.edit
    where id > $first and object = $object
    group by record_id
) as changed on changed.record_id = record.id
where record.version <> changed.last or changed.changes <> changed.last - changed.first + 1
