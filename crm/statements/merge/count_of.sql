-- How many records name this one?
select '{table}' as record_of, count(*) as count_records from visible.{table} where {column} = $id
