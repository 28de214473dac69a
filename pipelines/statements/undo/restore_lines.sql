-- Put back the lines that stood there before, but those of loads that were taken back and those that a later load
-- changed.
insert into core.{name} by name
select former.* replace (parent.account_id as account_id, parent.account_owner_id as account_owner_id)
from former
join core.{parent} as parent on parent.id = former.{reference}
join landing.batch as batch on batch.id = former.batch_id and batch.undone_at is null
where former.id not in (select id from core.{name} where batch_id <> $batch_id)
