-- Note what records made or changed besides.
insert into made
select record_number, $object, true from {linked} as linked where is_new
union all
select linked.record_number, $object, false
from {linked} as linked
join changed on changed.id = linked.id
where not linked.is_new
