-- Write the lines with what they were found to name.
insert into core.{object} by name
select
    {id} as id, {columns},
    nullif(found.account_id, 0) as account_id,
    nullif(found.account_owner_id, 0) as account_owner_id,
    lines.is_possible_repeat, {line_key} as line_key, lines.row_hash,
    $batch_id as batch_id, list_extract($positions::smallint[], lines.part) as file_position, lines.record_number
from {lines} as lines
{join_found}
{only_good}
