-- Record what did not get in.
insert into landing.reject by name
select $batch_id as batch_id, * from refused
