-- Note that a count of the marts begins, and which number it has.
insert into ops.refresh (started_at, as_of) values ($started_at, $as_of) returning id
