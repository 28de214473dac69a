-- How are the dates of a column written that the engine does not take as they stand?
select
    count(*), count(said),
    count(*) filter (first_number > 12 and second_number between 1 and 12),
    count(*) filter (second_number > 12 and first_number between 1 and 12),
    count(*) filter ({is_either}), count(*) filter ({is_either} and {is_slashed}),
    count(*) filter ({is_serial}), count(*) filter ({is_seconds}), count(*) filter ({is_ticks})
from (
    select said, {first_number} as first_number, {second_number} as second_number
    from (
        select case when {plain} is null then {said} end as said
        from (select {field} as text from ({texts}) as texts)
        where text is not null
    )
)
