-- Which records did the load make, that no later load and nobody changed?
insert into candidate
select '{name}', id
from core.{name}
where batch_id = $batch_id
