-- How many known records does the load change?
select count(*) from {pending} where not is_new
