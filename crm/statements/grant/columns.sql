-- Which columns do the tables of records and marts have?
select schema_name || '.' || table_name, column_name
from duckdb_columns()
where schema_name in ('core', 'mart')
order by all
