-- How will the first of a layout's records stand? Those that do not get in are passed over.
select {fields}
from {records} as record
where record_number not in (select record_number from refused)
order by record_number
limit 5
