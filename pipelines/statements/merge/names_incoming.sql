-- What are the records of this file called?
select id, {column} as text from identified
