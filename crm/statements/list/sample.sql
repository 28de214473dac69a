-- What of some records is compared where a list is sorted? They are of its middle: where it was made in this order, the least
-- and the greatest stand together.
select {place} as place
from visible.{object} as record{sorted_by}
where {conditions} and record.id > $middle
limit $most
