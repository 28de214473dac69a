-- Which names does nobody have yet? Of those that are spelled alike the first, and which record is the first with it?
create or replace temp table unnamed as
select value, record_number
from unresolved
where value not in (select value from {resolved})
qualify row_number() over (partition by name_key(value) order by record_number, value) = 1
