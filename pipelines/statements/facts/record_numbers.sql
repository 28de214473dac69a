-- Which number has the line at each place?
select record_number from {numbers} order by place
