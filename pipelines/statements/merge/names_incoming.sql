-- What are the new records of this file called?
select id, {column} as text from identified where is_new
