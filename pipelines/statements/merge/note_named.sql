-- Note which record made them.
insert into made
select unresolved.record_number, $object, true
from unresolved
where value not in (select value from {resolved})
