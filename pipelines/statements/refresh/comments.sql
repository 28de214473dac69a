-- What do the comments of a mart and of its columns say? Column is null for the mart's own.
select column_name, comment
from duckdb_columns()
where schema_name = 'mart' and table_name = $name and comment is not null
union all
select null, comment
from duckdb_tables()
where schema_name = 'mart' and table_name = $name and comment is not null
