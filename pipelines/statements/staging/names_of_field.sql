-- Which texts does a column hold?
select distinct {field} as said from {staged} where {field} is not null
