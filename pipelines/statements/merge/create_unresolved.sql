-- Which texts of a reference name nothing yet, and which record is the first with each?
create or replace temp table unresolved as
select {field} as value, min(record_number) as record_number
from identified
where {field} is not null and {field} not in (select value from {resolved})
group by {field}
