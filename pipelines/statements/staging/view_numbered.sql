-- Staged records beside their numbers within the load: both stand in the same order.
create or replace temp view {records} as
select kept.record_number, staged.*
from {staged} as staged
positional join {kept} as kept
