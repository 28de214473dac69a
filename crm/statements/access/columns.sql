-- The columns of all tables and their types, in their order.
select schema_name || '.' || table_name, column_name, data_type
from duckdb_columns()
where schema_name <> 'visible' and not internal
order by table_oid, column_index
