-- What are the stages called?
select id, {column} as text from core.stage
