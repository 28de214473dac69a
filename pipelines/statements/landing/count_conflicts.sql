-- How many values of each file stand against what a person wrote?
select part.position, count(*)
from pending_conflict as conflict
join parts as part
    on conflict.record_number > part.before and conflict.record_number <= part.before + part.count_read
group by part.position
