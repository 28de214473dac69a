-- Has one of the numbers that the engine takes a point of a certain form?
select 1
from (select ltrim({field}, '+-') as body, {field} as text from ({texts}) as texts)
where contains(text, '.') and {is_so} and {plain} is not null
limit 1
