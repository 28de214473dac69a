-- Note that a count of the marts begins, and which number it has.
insert into ops.refresh (started_at, as_of, silent_days) values ($started_at, $as_of, $silent_days) returning id
