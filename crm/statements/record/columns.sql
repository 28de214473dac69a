-- Which columns has an object, and of which types?
select column_name, data_type from duckdb_columns() where schema_name = 'core' and table_name = $object
