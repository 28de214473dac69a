-- A record is changed as a whole or not at all.
delete from difference where id in (select id from difference where is_overtaken)
