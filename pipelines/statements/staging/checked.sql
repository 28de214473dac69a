-- The records of a file with typed values, and for each the first column that does not fit.
-- The engine left broken records out, so `shifts` counts them into the numbers again.
create or replace temp table checked as
select *, {bad_column} as bad_column, {bad_value} as bad_value, {bad_reason} as bad_reason
from (
    select $before + place + 1 + coalesce(shifts.broken, 0) as record_number, {names}, {fields}
    from ({texts}) as texts
    asof left join shifts on place >= shifts.good_before
)
