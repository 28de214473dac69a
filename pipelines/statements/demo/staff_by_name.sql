-- Which member of staff has this name?
select id from core.staff where name = $name
