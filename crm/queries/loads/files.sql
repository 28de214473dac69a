-- Which files did a load bring, and what became of their records? The first five hundred.
-- Grain: file or sheet of the load, in its order.
-- Parameters: $batch_id.
select
    file,
    sheet,
    object,
    count_read,
    count_inserted,
    count_updated,
    count_unchanged,
    count_duplicate,
    count_rejected
from visible.file
where batch_id = $batch_id
order by position
limit 500
