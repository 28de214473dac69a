-- Which columns may refer to other records?
select table_name, column_name
from duckdb_columns()
where schema_name = 'core' and column_name like '%\_id' escape '\'
order by table_name, column_name
