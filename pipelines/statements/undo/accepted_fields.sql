-- Of which fields did somebody accept what the load had brought?
select distinct object, field from landing.conflict where batch_id = $batch_id and is_accepted
