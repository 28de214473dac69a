-- An empty table of staged records for clean files; its rowid is the record's number less one.
create or replace temp table {staged} ({definition})
