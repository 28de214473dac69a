-- What does a layout bring for its main object? One row a key: the first record of the load that has it.
create or replace temp table incoming as
select record_number, {key} as key, {fields}
from {records}
where record_number not in (select record_number from refused)
{only_first}
