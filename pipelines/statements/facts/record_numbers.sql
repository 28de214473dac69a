-- In which order do the lines stand?
select record_number from {records}
