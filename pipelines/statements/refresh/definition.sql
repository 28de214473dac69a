-- How is a mart made?
select sql from duckdb_tables() where schema_name = 'mart' and table_name = $name
