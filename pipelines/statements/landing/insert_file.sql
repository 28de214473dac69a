-- Record a file of a load and what became of its records.
insert into landing.file by name
select $batch_id as batch_id, * from files
