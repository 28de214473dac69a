-- Which columns has a table of core?
select column_name
from duckdb_columns()
where schema_name = 'core' and table_name = $table_name
order by column_index
