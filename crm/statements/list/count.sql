-- How many records has a list?
select count(*) as count_records from visible.{object} as record where {conditions}
