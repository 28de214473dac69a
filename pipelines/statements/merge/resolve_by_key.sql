-- Which records do the texts of a reference name? First by the source's own keys.
create or replace temp table {resolved} as
select wanted.value, known.record_id as id, 1::bigint as candidates
from (select distinct {field} as value from identified where {field} is not null) as wanted
join (
    select key, record_id from core.record_key where object = $object and source = $source
    union all
    select key, record_id from pending_key where object = $object and source = $source
) as known on known.key = trim(wanted.value)
