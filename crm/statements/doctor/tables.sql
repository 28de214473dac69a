-- Which tables are there?
select schema_name || '.' || table_name as name
from duckdb_tables()
order by name
