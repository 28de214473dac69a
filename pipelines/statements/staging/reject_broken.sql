-- Put the records of a file whose form is broken aside.
insert into rejected
select $before + position, false, null, csv_line, 'broken', lower(error_type)
from broken_records
