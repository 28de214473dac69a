-- Which records did the load make, or one that was taken back before, that no other load and nobody changed?
insert into candidate
select '{name}', id, batch_id = $batch_id
from core.{name}
where batch_id in (select id from landing.batch where id = $batch_id or undone_at is not null)
