-- The staged lines of a load, none of which stands there twice.
create or replace temp view {every} as
select *, false as is_possible_repeat from {records}
