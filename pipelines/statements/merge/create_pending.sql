-- Rows of an object as this load will leave them.
create or replace temp table {pending} as
select *, false as is_new from {core} limit 0
