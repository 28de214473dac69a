-- Put aside the lines that stood in the load before.
insert into refused
select record_number, true, $column_name, key, 'duplicate', null
from {repeats}
where is_again
