-- Where an order goes to another account, its lines go along.
update {table} as line
set account_id = sale.account_id, account_owner_id = sale.account_owner_id
from {pending} as sale
where line.order_id = sale.id and not sale.is_new and line.account_id is distinct from sale.account_id
