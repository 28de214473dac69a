-- What became of the main objects of each file's records?
select part.position, outcome.action, count(*)
from outcome
join parts as part
    on outcome.record_number > part.before and outcome.record_number <= part.before + part.count_read
group by part.position, outcome.action
