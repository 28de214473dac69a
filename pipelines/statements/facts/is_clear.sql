-- Do all lines name an order and a product, with all values in range?
select
    not exists (select 1 from {found} where order_id is null or {product_id} is null)
    and not exists (select 1 from {lines} as lines where not ({in_range}))
