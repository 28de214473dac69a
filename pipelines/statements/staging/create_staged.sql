-- An empty table of staged records; its rowid is their place.
create or replace temp table {staged} ({definition})
