-- Which texts has a field most often?
with found as (
    select record.{field} as value, count(*) as count_records
    from visible.{object} as record
    where record.{field} is not null and not record.is_archived
    group by all
    order by count_records desc, value
    limit 100
)
select value from found order by lower(value), value
