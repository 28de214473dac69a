-- Put aside the lines that still name nothing, or have values out of range.
insert into refused
select
    lines.record_number, false,
    case when found.order_id is null then $order_column when {lacks_product} then $product_column else $range_column end,
    case when found.order_id is null then lines.{order} when {lacks_product} then lines.{product} end,
    case when found.order_id is null or {lacks_product} then 'unknown' else 'out_of_range' end,
    case when found.order_id is null then 'sales_order' when {lacks_product} then 'product' end
from identified as lines
join {found} as found on found.record_number = lines.record_number
where found.order_id is null or {lacks_product} or not ({in_range})
