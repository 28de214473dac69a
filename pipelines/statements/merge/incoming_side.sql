-- What does a layout bring for an object by the way? One row a key, each field from the first record that has it.
create or replace temp table incoming as
select min(record_number) as record_number, {key} as key, {fields}
from {records}
where {only} and record_number not in (select record_number from refused {but})
group by {key}
