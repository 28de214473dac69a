-- The records that the reader typed, with their numbers.
create or replace temp table {numbered} as
select numbers.record_number, staged.*
from {staged} as staged
positional join numbers
