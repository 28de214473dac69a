-- Put aside the records that name nothing, or something of which there are several.
insert into refused
select
    records.record_number, false, list_extract($names::varchar[], linked.bad_field), linked.bad_value,
    case when linked.candidates > 1 then 'ambiguous' else 'unknown' end,
    case when linked.candidates > 1 then linked.candidates::varchar else list_extract($objects::varchar[], linked.bad_field) end
from {linked} as linked
join {records} as records on {same}
where linked.bad_field is not null and records.record_number not in (select record_number from refused)
