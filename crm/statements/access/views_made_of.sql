-- Of what the views were made, as the comment of one of them says.
select comment
from duckdb_views()
where schema_name = 'visible' and view_name = $name
