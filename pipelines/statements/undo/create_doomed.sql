-- The records to remove: a record that a load which stands knows by its key stays.
create or replace temp table doomed as
select object, id
from candidate
where (object, id) not in (
    select (key.object, key.record_id)
    from core.record_key as key
    join landing.batch as batch on batch.id = key.batch_id
    where batch.undone_at is null and batch.id <> $batch_id
)
