-- Value the events of deals in foreign money, as their deals are valued.
update core.opportunity_event as event
set amount_company = round(event.amount * (
    select max_by(fx.rate, (fx.valid_on, fx.id))
    from core.fx_rate as fx
    where fx.archived_at is null
        and fx.currency = event.currency
        and fx.valid_on <= coalesce(deal.closed_on, deal.begun_on, $today)
), 2)
from core.opportunity as deal
where deal.id = event.opportunity_id and event.currency <> $currency and deal.id in {deals}
