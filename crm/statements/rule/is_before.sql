-- Of which of the records is the second of two times before the first?
select {first}::varchar, {second}::varchar
from core.{object}
where id in {records} and {second} < {first}
order by id
limit 1
