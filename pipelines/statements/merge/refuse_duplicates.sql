-- Put aside the records whose key stood in the load before.
insert into refused
select record_number, true, $column_name, {key}, 'duplicate', null
from {records}
where
    record_number not in (select record_number from refused)
    and record_number not in (select record_number from incoming)
