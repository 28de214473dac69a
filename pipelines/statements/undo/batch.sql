-- When was a load applied, and when taken back?
select applied_at, undone_at from landing.batch where id = $batch_id
