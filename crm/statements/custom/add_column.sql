-- A new field is a column of its own.
alter table {table} add column {column} {type}
