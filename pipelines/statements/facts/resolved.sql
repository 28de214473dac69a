-- What do the lines name otherwise than by keys?
select place, {columns}
from resolved
