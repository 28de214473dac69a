-- Put aside the lines that still name nothing, or have values out of range.
insert into refused
select
    record_number, false,
    case when order_id is null then $order_column when {lacks_product} then $product_column else $range_column end,
    case when order_id is null then {order} when {lacks_product} then {product} end,
    case when order_id is null or {lacks_product} then 'unknown' else 'out_of_range' end,
    case when order_id is null then 'sales_order' when {lacks_product} then 'product' end
from resolved as lines
where order_id is null or {lacks_product} or not ({in_range})
