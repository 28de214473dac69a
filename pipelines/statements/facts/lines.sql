-- The staged lines of a load that get in as far as staging can tell, each with its hash: equal lines of one
-- document differ by their number.
create or replace temp view {every} as
select
    records.* exclude (row_hash),
    case when repeats.occurrence is null then records.row_hash else hash(records.row_hash, repeats.occurrence) end
        as row_hash,
    repeats.occurrence is not null as is_possible_repeat
from {records} as records
left join {repeats} as repeats on repeats.record_number = records.record_number
