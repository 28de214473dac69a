-- Which columns of files did no field take, in how many records, and what do they hold?
-- Grain: column of files. Slots: the object.
with cell as (
    select trim(entry.key) as name, trim(entry.value) as text
    from (
        select unnest(map_entries(custom_fields::map(varchar, varchar))) as entry
        from visible.{object}
        where custom_fields is not null and not is_archived
    )
)
select
    name,
    count(*) as count_records,
    count(distinct text) as count_words,
    bool_and(try_cast(text as decimal(24, 6)) is not null) as are_numbers,
    bool_and(try_cast(text as date) is not null) as are_dates,
    bool_and(lower(text) in ('true', 'false', 'yes', 'no', '是', '否')) as are_flags,
    list_sort(list_distinct(list(text)[1:1000]))[1:12] as words
from cell
where text <> ''
group by name
order by count_records desc, name
limit 30
