-- Which of the staff work as what, and which accounts are theirs to open?
select
    staff.id,
    case
        when ticket.owner_id is not null then 'service'
        when account.ids is null then ''
        when manager.id is not null then 'sales_manager'
        else 'sales'
    end as role,
    coalesce(account.ids, []) as accounts
from core.staff
left join (select distinct manager_id as id from core.staff) as manager on manager.id = staff.id
left join (select owner_id, list(id order by id) as ids from core.account where archived_at is null group by owner_id)
    as account on account.owner_id = staff.id
left join (select distinct owner_id from core.ticket) as ticket on ticket.owner_id = staff.id
order by staff.id
