-- On which day did something last happen: an order line, else a deal that closed, else a ticket?
-- Grain: one row; null without any.
-- Parameters: $zone.
select coalesce(
    (select max(sold_on) from visible.sale_line),
    (select max(closed_on) from visible.opportunity),
    (
        select cast(make_timestamptz(epoch_us(max(greatest(opened_at, resolved_at)))) at time zone $zone as date)
        from visible.ticket
    )
) as day
