-- Remove the records that the load made.
delete from core.{name} where id in (select id from doomed where object = '{name}')
