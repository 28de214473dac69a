-- Which is the greatest key that a line may name?
select coalesce(max(id), 0) from ({ids})
