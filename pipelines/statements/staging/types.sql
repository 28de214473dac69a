-- Of which type is each column of core?
select table_name, column_name, data_type
from duckdb_columns()
where schema_name = 'core'
