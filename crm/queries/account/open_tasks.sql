-- What is to be done next for an account?
-- Grain: task that is not done, the most urgent first.
-- Parameters: $account_id, $today.
select
    task.subject,
    task.due_on,
    coalesce(task.due_on < $today::date, false) as is_overdue,
    owner.name as owner,
    'task:' || task.id as record
from visible.task
left join visible.staff as owner on owner.id = task.owner_id
where task.account_id = $account_id and task.done_at is null and not task.is_archived
order by task.due_on nulls last, task.id
limit 20
