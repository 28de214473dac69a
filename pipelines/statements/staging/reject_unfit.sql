-- Put the records of a file that do not fit aside.
insert into rejected
select record_number, false, list_extract($names::varchar[], bad_column), bad_value, bad_reason, null
from checked
where bad_column is not null
