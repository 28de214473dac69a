-- Note which record made them.
insert into made
select record_number, $object, true from unnamed
