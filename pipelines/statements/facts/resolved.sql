-- What lines name otherwise than by keys, numbered as the lines of `find`.
select
    record_number - 1 - $before as at, coalesce(order_id, 0) as order_id, coalesce(product_id, 0) as product_id
from resolved
