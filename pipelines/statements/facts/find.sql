-- Which records does the line at each place name, by the source's own keys? 0 is none.
select lines.rowid as place, {columns}
from {base} as lines
{joins}
