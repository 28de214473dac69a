-- Which is the greatest key that a line may name?
select greatest((select coalesce(max(id), 0) from {orders}), (select coalesce(max(id), 0) from {products}))
