-- How are the numbers of a column written that the engine does not take as they stand?
select
    count(*), count(*) filter ({is_comma}), count(*) filter ({is_point}), count(*) filter ({is_either}),
    list_sort(list(distinct currency) filter ({is_currency}))
from (
    select {body} as body, {currency} as currency
    from (
        select {parts} as parts
        from (select {field} as text from ({texts}) as texts)
        where text is not null and {plain} is null
    )
)
