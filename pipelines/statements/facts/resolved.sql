-- What lines name otherwise than by keys, numbered as the lines of `find`.
select record_number - 1 - $before as line_number, {columns}
from resolved
