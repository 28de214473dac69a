-- How many records has a file whose form is not broken?
select count(*) from ({records})
