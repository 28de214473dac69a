-- Which tables of records have one of these columns?
select columns.table_name, columns.column_name
from duckdb_columns() as columns
where columns.schema_name = 'core'
    and list_contains($names, columns.column_name)
    and columns.table_name in (
        select table_name from duckdb_columns() where schema_name = 'core' and column_name = 'version'
    )
order by all
