-- Note what became of each record's main object.
insert into outcome
select
    linked.record_number,
    case when linked.is_new then 'inserted' when changed.id is not null then 'updated' else 'unchanged' end
from {linked} as linked
left join changed on changed.id = linked.id
