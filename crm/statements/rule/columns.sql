-- Which columns has an object, of which types, which are never empty, and which fill themselves?
select column_name, data_type, not is_nullable, column_default is not null
from duckdb_columns()
where schema_name = 'core' and table_name = $object
order by column_index
