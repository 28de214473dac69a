-- How many records of an object that were not put away does the viewer see?
select count(*) from visible.{table} where not is_archived
