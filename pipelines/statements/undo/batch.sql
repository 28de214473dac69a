-- When was a load taken back?
select undone_at from landing.batch where id = $batch_id
