-- Which lines does the source bring now?
select record_number, row_hash from {every}
