-- How many lines does a table hold?
select count(*) from {base}
