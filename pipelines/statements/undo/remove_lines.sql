-- Remove the lines as the load wrote them.
delete from core.{name} where batch_id = $batch_id
