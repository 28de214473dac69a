-- Which fields were changed?
select distinct field from {changes}
