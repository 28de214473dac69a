-- Which records of the file just read have a broken form, and at which byte do they begin?
-- `line` counts records from the header, which is 1, and blank lines, which also stand before the text of a record.
select
    line::bigint - 1 as position, ltrim(csv_line, chr(10) || chr(13)) as csv_line, error_type,
    line_byte_position::bigint - 1 + strlen(csv_line) - strlen(ltrim(csv_line, chr(10) || chr(13))) as "offset"
from reject_errors
qualify row_number() over (partition by line order by column_idx) = 1
order by line
