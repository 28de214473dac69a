-- Put aside the lines whose key stood in the load before.
insert into refused
select records.record_number, true, $column_name, records.{key}, 'duplicate', null
from {records} as records
join {repeats} as repeats on repeats.record_number = records.record_number
