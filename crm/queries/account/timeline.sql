-- What happened with an account: sales, service, interactions, campaigns, tasks and changes, in one order?
-- Grain: something that happened, the latest first, what has no time last; `count_all` is how many there are.
-- Parameters: $account_id, $kinds, $text (any of them where it is empty), $zone, $limit, $offset.
with deal_event as (
    select
        event.*,
        deal.name,
        lag(event.sequence) over deals as sequence_before,
        lag(event.stage_id) over deals as stage_before,
        lag(event.amount) over deals as amount_before,
        lag(event.expected_close_on) over deals as close_before
    from visible.opportunity_event as event
    join visible.opportunity as deal on deal.id = event.opportunity_id
    where deal.account_id = $account_id and not deal.is_archived and event.voided_at is null
    window deals as (partition by event.opportunity_id order by event.sequence)
),
worth as (
    select order_id, sum(revenue) as revenue
    from visible.sale_order
    where account_id = $account_id
    group by order_id
),
state as (
    select version, created_at, created_by, updated_at, batch_id, replaced_by_batch_id
    from visible.history_account
    where id = $account_id
    union all
    select version, created_at, created_by, updated_at, batch_id, null
    from visible.account
    where id = $account_id
),
told as (
    select
        'sales' as kind,
        case when sales_order.status = 'cancelled' then 'order_cancelled' else 'ordered' end as code,
        sales_order.ordered_at as happened_at,
        sales_order.number as title,
        sales_order.channel as detail,
        worth.revenue as amount,
        null::bigint as owner_id,
        null::bigint as contact_id,
        null::bigint as user_id,
        'sales_order:' || sales_order.id as record
    from visible.sales_order
    left join worth on worth.order_id = sales_order.id
    where sales_order.account_id = $account_id and not sales_order.is_archived
    union all
    select
        'sales',
        'came_back',
        timezone('UTC', timezone($zone, sale_order.sold_on::timestamp)),
        sales_order.number,
        null,
        sale_order.revenue,
        null,
        null,
        null,
        'sales_order:' || sale_order.order_id
    from visible.sale_order
    join visible.sales_order on sales_order.id = sale_order.order_id
    where sale_order.account_id = $account_id
        and sale_order.quantity_returned > 0
        and (sale_order.count_orders = 0 or sale_order.sold_on <> sale_order.ordered_on)
    union all
    select
        'sales',
        case
            when deal_event.sequence_before is null then 'deal_begun'
            when deal_event.stage_id is distinct from deal_event.stage_before then 'deal_' || coalesce(stage.type, 'open')
            when deal_event.amount is distinct from deal_event.amount_before then 'deal_amount'
            when deal_event.expected_close_on is distinct from deal_event.close_before then 'deal_expected_close'
            else 'deal_owner'
        end,
        deal_event.happened_at,
        deal_event.name,
        stage.name,
        deal_event.amount_company,
        deal_event.owner_id,
        null,
        null,
        'opportunity:' || deal_event.opportunity_id
    from deal_event
    left join visible.stage on stage.id = deal_event.stage_id
    union all
    select
        'sales',
        'quote_' || quote.status,
        timezone('UTC', timezone($zone, quote.issued_on::timestamp)),
        quote.name,
        null,
        case when quote.currency is not distinct from company.currency then quote.amount end,
        quote.owner_id,
        null,
        null,
        'quote:' || quote.id
    from visible.quote
    cross join visible.company
    where quote.account_id = $account_id and not quote.is_archived
    union all
    select
        'service',
        unnest(case when ticket.resolved_at is null then ['opened'] else ['opened', 'resolved'] end) as step,
        case when step = 'opened' then ticket.opened_at else ticket.resolved_at end,
        ticket.subject,
        case when step = 'opened' then ticket.description end,
        null,
        ticket.owner_id,
        null,
        null,
        'ticket:' || ticket.id
    from visible.ticket
    where ticket.account_id = $account_id and not ticket.is_archived
    union all
    select
        'service',
        'survey_' || survey_response.kind,
        survey_response.answered_at,
        survey_response.score::varchar,
        survey_response.comment,
        null,
        null,
        survey_response.contact_id,
        null,
        'survey_response:' || survey_response.id
    from visible.survey_response
    where survey_response.account_id = $account_id and not survey_response.is_archived
    union all
    select
        'interaction',
        interaction.kind,
        interaction.happened_at,
        interaction.subject,
        interaction.body,
        null,
        interaction.owner_id,
        interaction.contact_id,
        null,
        'interaction:' || interaction.id
    from visible.interaction
    where interaction.account_id = $account_id and not interaction.is_archived
    union all
    select
        'campaign',
        unnest(
            case
                when member.responded_at is null then [member.arm]
                else [member.arm, 'responded']
            end
        ) as step,
        case when step = 'responded' then member.responded_at else member.assigned_at end,
        campaign.name,
        campaign.channel,
        null,
        null,
        null,
        null,
        'campaign_member:' || member.id
    from visible.campaign_member as member
    join visible.campaign on campaign.id = member.campaign_id
    where member.account_id = $account_id and not member.is_archived
    union all
    select
        'task',
        case when task.done_at is null then 'due' else 'done' end,
        coalesce(task.done_at, timezone('UTC', timezone($zone, task.due_on::timestamp))),
        task.subject,
        task.result,
        null,
        task.owner_id,
        null,
        null,
        'task:' || task.id
    from visible.task
    where task.account_id = $account_id and not task.is_archived
    union all
    select
        'change',
        'edited',
        max(edit.edited_at),
        string_agg(distinct edit.field, ',' order by edit.field),
        null,
        null,
        null,
        null,
        any_value(edit.user_id),
        'account:' || $account_id
    from visible.account_edit as edit
    where edit.record_id = $account_id
    group by coalesce(edit.action_id, -edit.id)
    union all
    select
        'change',
        'created',
        min(state.created_at),
        null,
        null,
        null,
        null,
        null,
        any_value(state.created_by),
        'account:' || $account_id
    from state
    having count(*) > 0
    union all
    select
        'change',
        'loaded',
        (
            select min(later.updated_at)
            from state as later
            where later.version > state.version
        ),
        null,
        null,
        null,
        null,
        null,
        null,
        'account:' || $account_id
    from state
    where state.replaced_by_batch_id is not null
),
contact as (
    select contact.id, contact.name
    from visible.contact
    where contact.id in (select told.contact_id from told)
)
select
    told.kind,
    told.code,
    told.happened_at,
    told.title,
    told.detail,
    told.amount,
    coalesce(owner.name, person.name) as person,
    contact.name as contact,
    told.record,
    count(*) over () as count_all
from told
left join visible.staff as owner on owner.id = told.owner_id
left join contact on contact.id = told.contact_id
left join visible.person on person.id = told.user_id
where list_contains($kinds::varchar[], told.kind)
    and (
        $text::varchar = ''
        or contains(
            lower(concat_ws(' ', told.title, told.detail, owner.name, person.name, contact.name)),
            lower($text::varchar)
        )
    )
order by told.happened_at desc nulls last, told.kind, told.code, told.record
limit $limit
offset $offset
