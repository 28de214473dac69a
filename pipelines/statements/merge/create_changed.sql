-- Which known records does the file change, and how will they stand? A blank cell says nothing.
create or replace temp table changed as
select
    was.* replace (
        {fields}, case when fresh.id is null then was.version + 1 else was.version end as version,
        $now as updated_at, null as updated_by, $batch_id as batch_id, linked.record_number as record_number
    ),
    fresh.id is not null as is_new
from {linked} as linked
join {current} as was on was.id = linked.id
left join {pending} as fresh on fresh.id = linked.id and fresh.is_new
{join_held}
where not linked.is_new and ({differs})
