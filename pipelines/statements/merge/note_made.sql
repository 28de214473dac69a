-- Note what records made or changed besides.
insert into made
select record_number, $object, true from linked where is_new and bad_field is null
union all
select linked.record_number, $object, false
from linked
join changed on changed.id = linked.id
where not linked.is_new
