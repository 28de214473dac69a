-- Which records are different?
select distinct id from difference
