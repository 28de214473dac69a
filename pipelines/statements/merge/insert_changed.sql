-- Prepare the changed records.
insert into {pending} by name
select * from changed
