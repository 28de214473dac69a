-- Put the numbers of the records of a file that fit behind the others, in the order of the records.
insert into {kept}
select record_number from checked where bad_column is null
