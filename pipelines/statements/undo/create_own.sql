-- Which records did the load change?
create or replace temp table own as
select id from history.{name} where replaced_by_batch_id = $batch_id
