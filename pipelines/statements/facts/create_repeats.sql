-- Which lines are equal to one before them, and the how-manieth are they?
create or replace temp table {repeats} as
select record_number, occurrence
from (
    select record_number, row_number() over (partition by {said} order by record_number) as occurrence
    from {records}
    where {hash} in (select value from suspects)
)
where occurrence > 1
