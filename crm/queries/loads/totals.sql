-- How many loads were there, and how many records did they read?
-- Grain: one row.
-- Parameters: none.
select
    (select count(*) from visible.batch) as count_loads,
    (select coalesce(sum(count_read), 0)::bigint from visible.file) as count_read
