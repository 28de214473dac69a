-- Stamp who is credited for a closed deal, and value it in the company's currency.
update {pending} as deal
set
    credited_owner_id = case when stage.type <> 'open' then coalesce(deal.credited_owner_id, deal.owner_id) end,
    amount_company = case
        when deal.currency is null or deal.currency = $currency then deal.amount
        else round(deal.amount * (
            select max_by(fx.rate, (fx.valid_on, fx.id))
            from core.fx_rate as fx
            where fx.archived_at is null and fx.currency = deal.currency and fx.valid_on <= coalesce(deal.closed_on, deal.begun_on, $today)
        ), 2)
    end
from core.stage as stage
where stage.id = deal.stage_id and {only}
