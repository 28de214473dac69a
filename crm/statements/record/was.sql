-- What did a field of the records that were overtaken say when they were read? Whoever changed it first since then found it.
select difference.id, arg_min_null(told.value, told.version)
from difference
join chosen on chosen.id = difference.id
join (
    select record_id as id, version - 1 as version, before as value
    from history.edit
    where object = '{object}' and field = '{field}'
    union all
    select id, version, {field}::varchar as value from history.{object}
) as told on told.id = difference.id and told.version >= chosen.version
where difference.is_overtaken and difference.field = '{field}'
group by difference.id
