-- How many texts of the file just read have not the form that they should have?
select count(*) from checked where bad_column is null and {field} not like '{form}'
