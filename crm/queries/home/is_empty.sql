-- Is there nothing yet that the viewer may see: no account, deal, order or ticket?
-- Grain: one row.
-- Parameters: none.
select
    not exists (select 1 from visible.account)
    and not exists (select 1 from visible.opportunity)
    and not exists (select 1 from visible.sales_order)
    and not exists (select 1 from visible.ticket) as is_empty
