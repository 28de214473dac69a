-- Let go of a table that was copied.
drop table {staged}
