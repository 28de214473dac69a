-- How many records does the undo change?
select count(*) from {touched} where is_changed
