-- Which lines have values out of range?
select rowid as place from {base} as lines where not ({in_range})
