-- Which tables and columns are there, and what do their comments say? History repeats core and is left out.
select
    columns.schema_name || '.' || columns.table_name, tables.comment, columns.column_name, columns.data_type,
    columns.comment
from duckdb_columns() as columns
join duckdb_tables() as tables
    on tables.schema_name = columns.schema_name and tables.table_name = columns.table_name
where columns.schema_name in ('core', 'landing', 'mart', 'score', 'ops')
order by columns.schema_name, columns.table_name, columns.column_index
