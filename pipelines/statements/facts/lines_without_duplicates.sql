-- The staged lines of a load whose keys are their own.
create or replace temp view {every} as
select *, false as is_possible_repeat
from {records}
where record_number not in (select record_number from {repeats})
