-- What are the records of an object called?
select id, {column} as text from {current} where archived_at is null
