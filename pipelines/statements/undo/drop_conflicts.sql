-- Nobody needs to decide on what the load brought any more.
delete from landing.conflict where batch_id = $batch_id and decided_at is null
