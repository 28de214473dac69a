-- Which loads and people made a record what it is, and in which record of which file did it stand?
-- Grain: state of the record, the present one first; a state that a person made has no file, and one line a field.
-- The state that taking back a load left is an undo: of which load, and from where its values come.
-- Parameters: $record (object and key, as account:17).
with state as (
    select version, updated_at, batch_id, record_number
    from visible.team
    where 'team' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.history_team
    where 'team' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.staff
    where 'staff' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.history_staff
    where 'staff' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.account
    where 'account' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.history_account
    where 'account' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.contact
    where 'contact' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.history_contact
    where 'contact' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.product
    where 'product' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.history_product
    where 'product' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.opportunity
    where 'opportunity' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.history_opportunity
    where 'opportunity' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.opportunity_line
    where 'opportunity_line' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.history_opportunity_line
    where 'opportunity_line' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.sales_order
    where 'sales_order' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.history_sales_order
    where 'sales_order' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.ticket
    where 'ticket' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.history_ticket
    where 'ticket' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.lead
    where 'lead' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.history_lead
    where 'lead' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.interaction
    where 'interaction' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.history_interaction
    where 'interaction' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.task
    where 'task' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.history_task
    where 'task' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.quote
    where 'quote' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.history_quote
    where 'quote' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.campaign
    where 'campaign' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.history_campaign
    where 'campaign' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.campaign_member
    where 'campaign_member' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.history_campaign_member
    where 'campaign_member' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.survey_response
    where 'survey_response' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.history_survey_response
    where 'survey_response' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.fx_rate
    where 'fx_rate' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select version, updated_at, batch_id, record_number
    from visible.history_fx_rate
    where 'fx_rate' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select null as version, null as updated_at, batch_id, record_number
    from visible.order_line
    where 'order_line' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select null as version, null as updated_at, batch_id, record_number
    from visible.history_order_line
    where 'order_line' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select null as version, null as updated_at, batch_id, record_number
    from visible.ticket_event
    where 'ticket_event' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
    union all
    select null as version, null as updated_at, batch_id, record_number
    from visible.history_ticket_event
    where 'ticket_event' = split_part($record, ':', 1) and id = try_cast(split_part($record, ':', 2) as bigint)
),
edit as (
    select version, edited_at, user_id, field, before, after, undone_at
    from visible.history_edit
    where object = split_part($record, ':', 1) and record_id = try_cast(split_part($record, ':', 2) as bigint)
),
loaded as (
    select distinct
        -- a state that people edited since its load: which version was the load's?
        (
            select max(version.number)
            from (select unnest(range(1, state.version + 1)) as number) as version
            where version.number not in (select edit.version from edit)
        ) as version,
        case when state.version not in (select edit.version from edit) then state.updated_at end as updated_at,
        state.batch_id,
        state.record_number
    from state
)
select
    state.version,
    coalesce(state.updated_at, batch.applied_at) as changed_at,
    case when undone.id is null then 'load' else 'undo' end as step,
    undone.id as undoes,
    case when undone.id is null then batch.user_id else undone.undone_by end as user_id,
    state.batch_id,
    batch.undone_at,
    file.file,
    file.sheet,
    state.record_number - file.first_record + 1 as record_number,
    file.kept_as,
    null as field,
    null as before,
    null as after
from loaded as state
left join visible.batch on batch.id = state.batch_id
left join visible.batch as undone on undone.undone_at = state.updated_at
left join visible.file
    on file.batch_id = state.batch_id
    and state.record_number >= file.first_record
    and state.record_number < file.first_record + file.count_read
union all
select
    edit.version, edit.edited_at, 'edit', null, edit.user_id, null, edit.undone_at, null, null, null, null, edit.field,
    edit.before, edit.after
from edit
order by version desc nulls last, batch_id desc, field
