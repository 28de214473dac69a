-- The staged lines of a load that get in as far as staging can tell, each with its hash: equal lines of one
-- document differ by their number.
create or replace temp view {every} as
select
    records.* exclude (row_hash),
    case when repeats.occurrence > 1 then hash(records.row_hash, repeats.occurrence) else records.row_hash end
        as row_hash,
    coalesce(repeats.occurrence > 1, false) as is_possible_repeat
from {records} as records
left join {repeats} as repeats on repeats.record_number = records.record_number
where not coalesce(repeats.is_again, false)
