-- The account of each record that lines belong to, and its owner; 0 is none.
select id, coalesce(account_id, 0) as account_id, coalesce(account_owner_id, 0) as account_owner_id
from {parents}
