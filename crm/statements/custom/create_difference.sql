-- Which records get what a file had brought for a field before the field was there? None that has a value by now.
create or replace temp table difference as
select id, version + 1 as version, '{column}' as field, null::varchar as before, value::varchar as after
from (
    select id, version, {value} as value
    from (
        select id, version, trim(map_extract_value(custom_fields::map(varchar, varchar), $source_name)) as text
        from core.{object}
        where custom_fields is not null and {column} is null
    )
)
where value is not null
