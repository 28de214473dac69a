-- Which changes of a field do not begin with what the one before them made of it?
select object, record_id, field, former, before
from (
    select
        object, record_id, field, before, version,
        lag(after) over (partition by object, record_id, field order by version, id) as former,
        lag(version) over (partition by object, record_id, field order by version, id) as former_version
    from history.edit
    where id > $first
)
where former_version is not null and (former is distinct from before or former_version >= version)
