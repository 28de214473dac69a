-- Put aside the lines that stood in the load before.
insert into refused
select records.record_number, true, $column_name, {key}, 'duplicate', null
from {records} as records
join {repeats} as repeats on repeats.record_number = records.record_number
where repeats.is_again
