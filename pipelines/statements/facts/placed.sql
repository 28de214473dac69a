-- Staged lines by their place and number, for those few that are asked for: they are fetched by their place.
select numbers.place, numbers.record_number, staged.*
from {staged} as staged
join {numbers} as numbers on numbers.place = staged.rowid
