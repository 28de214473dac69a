-- Which columns of a mart add up?
select column_name
from duckdb_columns()
where schema_name = 'mart' and table_name = $name and data_type <> 'DATE' and not ends_with(column_name, '_owner_id')
order by column_index
