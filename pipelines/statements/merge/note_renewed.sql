-- Which records does the load bring that stayed after the load was taken back which had given them their key?
insert into renewed
select known.object, known.source, known.key
from {linked} as linked
join core.record_key as known on known.object = $object and known.source = $source and known.key = linked.key
join landing.batch as batch on batch.id = known.batch_id and batch.undone_at is not null
