-- Write the lines with what they were found to name.
insert into core.order_line by name
select
    {id} as id, found.order_id, found.product_id, found.account_id, found.account_owner_id,
    lines.{happened_at} as happened_at, {known_at} as known_at,
    lines.{quantity} as quantity, lines.{unit_price} as unit_price,
    round(lines.{quantity} * lines.{unit_price}, 2)::decimal(18, 2) as amount,
    {currency} as currency, {amount_company} as amount_company,
    {is_return} as is_return, lines.is_possible_repeat, $source as source, {line_key} as line_key, lines.row_hash,
    $batch_id as batch_id, lines.record_number
from {lines} as lines
{join_found}
{only_good}
