-- The lines of a delta by their place.
select rowid as place, * from {delta}
