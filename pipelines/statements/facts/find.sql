-- Which records does each line name, by the source's own keys? Lines are numbered from 0; 0 is none.
select lines.record_number - 1 - $before as line_number, {columns}
from {lines} as lines
{joins}
