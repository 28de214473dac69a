-- Which lines are equal to one before them in their document, the how-manieth are they, and which stood in the load
-- before?
create or replace temp table {repeats} as
select
    record_number, key, occurrence,
    row_number() over (partition by {same} order by record_number) > 1 as is_again
from (
    select *, {key} as key, row_number() over (partition by {said}, part order by record_number) as occurrence
    from ({placed})
    where {hash} in (select value from suspects)
)
qualify occurrence > 1 or is_again
