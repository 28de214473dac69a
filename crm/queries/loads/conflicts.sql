-- Which values that loads brought against what people wrote has nobody decided on? The first two hundred.
-- Grain: conflict; records and the values of references are named where the viewer sees them.
-- Parameters: none.
select
    conflict.id as conflict_id,
    conflict.object,
    conflict.record_id,
    coalesce(
        account.name, contact.name, deal.name, lead.name, product.name, sales_order.number, ticket.subject, staff.name,
        team.name
    ) as record_name,
    conflict.field,
    coalesce(staff_standing.name, account_standing.name, stage_standing.name, team_standing.name, conflict.standing)
        as standing,
    coalesce(staff_value.name, account_value.name, stage_value.name, team_value.name, conflict.value) as value,
    conflict.batch_id,
    concat_ws(' · ', file.file, file.sheet) as file,
    conflict.record_number - file.first_record + 1 as record_number
from visible.conflict
join visible.file
    on file.batch_id = conflict.batch_id
    and conflict.record_number >= file.first_record
    and conflict.record_number < file.first_record + file.count_read
left join visible.account on conflict.object = 'account' and account.id = conflict.record_id
left join visible.contact on conflict.object = 'contact' and contact.id = conflict.record_id
left join visible.opportunity as deal on conflict.object = 'opportunity' and deal.id = conflict.record_id
left join visible.lead on conflict.object = 'lead' and lead.id = conflict.record_id
left join visible.product on conflict.object = 'product' and product.id = conflict.record_id
left join visible.sales_order on conflict.object = 'sales_order' and sales_order.id = conflict.record_id
left join visible.ticket on conflict.object = 'ticket' and ticket.id = conflict.record_id
left join visible.staff on conflict.object = 'staff' and staff.id = conflict.record_id
left join visible.team on conflict.object = 'team' and team.id = conflict.record_id
left join visible.staff as staff_standing
    on conflict.field in ('owner_id', 'manager_id') and staff_standing.id = try_cast(conflict.standing as bigint)
left join visible.staff as staff_value
    on conflict.field in ('owner_id', 'manager_id') and staff_value.id = try_cast(conflict.value as bigint)
left join visible.account as account_standing
    on conflict.field in ('account_id', 'parent_id', 'channel_partner_id')
    and account_standing.id = try_cast(conflict.standing as bigint)
left join visible.account as account_value
    on conflict.field in ('account_id', 'parent_id', 'channel_partner_id')
    and account_value.id = try_cast(conflict.value as bigint)
left join visible.stage as stage_standing
    on conflict.field = 'stage_id' and stage_standing.id = try_cast(conflict.standing as bigint)
left join visible.stage as stage_value
    on conflict.field = 'stage_id' and stage_value.id = try_cast(conflict.value as bigint)
left join visible.team as team_standing
    on conflict.field = 'team_id' and team_standing.id = try_cast(conflict.standing as bigint)
left join visible.team as team_value
    on conflict.field = 'team_id' and team_value.id = try_cast(conflict.value as bigint)
where conflict.decided_at is null
order by conflict.id
limit 200
