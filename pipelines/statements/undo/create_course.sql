-- In which versions did these records stand one after the other? One row a change, with the load that made it.
create or replace temp table course as
select id, version, lead(version) over (partition by id order by version) as next_version, replaced_by_batch_id
from (
    select id, version, replaced_by_batch_id from history.{name}
    union all
    select id, version, null from core.{name}
)
where id in (select id from own)
qualify next_version is not null
