-- An object as it will stand after what this load has prepared so far.
create or replace temp view {current} as
select * from {core} where id not in (select id from {pending})
union all by name
select * exclude (is_new) from {pending}
