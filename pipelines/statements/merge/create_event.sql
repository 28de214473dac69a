-- Which events of deals can be known from what the load brings? New deals: their begin and where they stand now;
-- known deals: the change. A time that the source does not give stays unknown.
create or replace temp table event as
with deal as (
    select
        pending.*, stage.type as stage_type, was.id as was_id,
        was.stage_id is distinct from pending.stage_id
        or was.amount is distinct from pending.amount
        or was.currency is distinct from pending.currency
        or was.expected_close_on is distinct from pending.expected_close_on
        or was.owner_id is distinct from pending.owner_id as is_moved,
        was.stage_id is distinct from pending.stage_id as is_in_new_stage,
        coalesce((select max(sequence) from core.opportunity_event as past where past.opportunity_id = pending.id), 0)
            as last_sequence,
        begin_stage.id as begin_stage_id,
        timezone('UTC', timezone($zone, pending.begun_on::timestamp)) as begun_at,
        timezone('UTC', timezone($zone, pending.closed_on::timestamp)) as closed_at
    from {pending} as pending
    join core.stage as stage on stage.id = pending.stage_id
    left join core.opportunity as was on was.id = pending.id
    left join core.stage as begin_stage on begin_stage.pipeline = stage.pipeline and begin_stage.code = $begin_stage
),
step as (
    select
        id, last_sequence, 1 as step, begun_at as happened_at, begin_stage_id as stage_id,
        null::decimal(18, 2) as amount, null::decimal(18, 2) as amount_company, null::date as expected_close_on,
        owner_id, currency, batch_id, record_number
    from deal
    where was_id is null and begun_at is not null and begin_stage_id is distinct from stage_id
    union all
    select
        id, last_sequence, 2,
        case
            when stage_type <> 'open' and (was_id is null or is_in_new_stage) then closed_at
            when was_id is null and begin_stage_id = stage_id then begun_at
        end,
        stage_id, amount, amount_company, expected_close_on, owner_id, currency, batch_id, record_number
    from deal
    where is_moved
)
select
    id as opportunity_id,
    (last_sequence + row_number() over (partition by id order by step))::integer as sequence,
    happened_at,
    case when $is_history then coalesce(happened_at, $now) else $now end as known_at,
    stage_id, amount, currency, amount_company, expected_close_on, owner_id, batch_id, record_number
from step
