-- How many of the numbers that the engine takes have a point of a certain form?
select count(*)
from (select ltrim({field}, '+-') as body, {field} as text from ({texts}) as texts)
where contains(text, '.') and {is_so} and {plain} is not null
