-- A company whose currency came with a load that is taken back has none again, once no money is left.
update ops.company
set currency = null
where
    currency = (
        select arg_max(currency, id)
        from landing.batch
        where currency is not null
        having bool_or(undone_at is not null or id = $batch_id)
    )
    and not exists (select 1 from ({money}) as money where currency is not null)
