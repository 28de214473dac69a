-- Write the lines with what they were found to name.
insert into core.order_line by name
select
    {id} as id,
    found.order_id,
    nullif(found.product_id, 0) as product_id,
    nullif(found.account_id, 0) as account_id,
    nullif(found.account_owner_id, 0) as account_owner_id,
    lines.{happened_at} as happened_at,
    lines.{quantity} as quantity, lines.{unit_price} as unit_price,
    {currency} as currency, {is_return} as is_return, lines.is_possible_repeat, {line_key} as line_key, lines.row_hash,
    $batch_id as batch_id, list_extract($positions::smallint[], lines.part) as file_position, lines.record_number
from {lines} as lines
{join_found}
{only_good}
