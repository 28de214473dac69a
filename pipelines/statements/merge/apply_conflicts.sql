-- Write down what people have to decide on.
insert into landing.conflict by name
select $batch_id as batch_id, * from pending_conflict
