-- Lines as they stood before the load changed them.
create or replace temp table former as
select * exclude (replaced_by_batch_id) from history.{name} where replaced_by_batch_id = $batch_id
