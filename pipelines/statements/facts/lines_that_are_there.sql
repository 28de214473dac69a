-- Which lines did the source bring before? Tested without a join, which would lose their order.
select id, row_hash
from core.{object}
where list_contains((
    select list(batch_id * 65536 + position) from landing.file where source = $source and object = $object
), batch_id * 65536 + file_position)
