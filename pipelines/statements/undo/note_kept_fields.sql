-- Keep a list of the values that stay, as somebody set them later.
insert into landing.kept_by_undo
select $batch_id, '{name}', id, kept.field, kept.reason
from (select id, unnest(kept) as kept from {touched})
