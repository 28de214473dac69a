-- Put aside the records that name one of the new records that do not get in.
insert into refused
select record_number, false, $column_name, {field}, 'unknown', $object
from {linked}
where
    record_number not in (select record_number from refused)
    and {id} in (select id from {linked} where is_new and record_number in (select record_number from refused))
