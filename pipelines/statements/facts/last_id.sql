-- Which is the last key that was given?
select coalesce(max(id), 0) from core.{object}
