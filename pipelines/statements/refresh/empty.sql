-- Make room for what was added up.
delete from mart.{name}
