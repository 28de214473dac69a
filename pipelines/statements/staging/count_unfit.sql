-- How many staged records lack a required value or have one out of range?
select count(*) from {staged} where {unfit}
