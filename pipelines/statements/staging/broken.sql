-- Which records of the file just read have a broken form? `line` counts records from the header, which is 1.
select line::bigint - 1 as position, csv_line, error_type
from reject_errors
qualify row_number() over (partition by line order by column_idx) = 1
order by line
