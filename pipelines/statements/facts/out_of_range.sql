-- Which lines have values out of range?
select lines.record_number from {lines} as lines where not ({in_range})
