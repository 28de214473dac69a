-- Which fields did people change?
select distinct unnest(map_keys(firsts)) from edited
