-- Which columns has an object, as a viewer may see it, and of which types?
select column_name, data_type
from duckdb_columns()
where schema_name = 'visible' and table_name = $object
order by column_index
