-- Write the new records.
insert into {core} by name
select * exclude (is_new) from {pending} where is_new
