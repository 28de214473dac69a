-- In which currency is the first money of these records? What is no code of three letters is none.
select arg_min(upper({currency}), record_number)
from {records}
where regexp_full_match({currency}, '[A-Za-z]{3}')
