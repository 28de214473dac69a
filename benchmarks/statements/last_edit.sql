-- Which change was the last one?
select coalesce(max(id), 0) from history.edit
