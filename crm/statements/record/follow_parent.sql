-- Where a record goes to another account, its lines go along.
update {table} as line
set account_id = parent.account_id, account_owner_id = parent.account_owner_id
from {parents} as parent
where line.{reference} = parent.id
    and (
        line.account_id is distinct from parent.account_id
        or line.account_owner_id is distinct from parent.account_owner_id
    )
