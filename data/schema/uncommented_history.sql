-- Which columns of history have no comment yet, and what does their original in core say?
select 'history.' || kept.table_name, kept.column_name, original.comment
from duckdb_columns() as kept
join duckdb_columns() as original
    on original.schema_name = 'core'
    and original.table_name = kept.table_name
    and original.column_name = kept.column_name
where kept.schema_name = 'history' and kept.comment is null
