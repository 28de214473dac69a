-- The staged lines of a load; where some stand there twice, these are refused.
create or replace temp view {every} as
select *, false as is_possible_repeat from {records}
