-- Are all values in range?
select not exists (select 1 from {lines} as lines where not ({in_range}))
