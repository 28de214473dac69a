-- In which currency is the first money of these records?
select arg_min({currency}, record_number) from {records}
