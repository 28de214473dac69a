-- How many lines have to be written?
select count(*) from {lines} as lines
{only_good}
