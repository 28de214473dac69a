-- How many records carry another owner of their account than the account has, so that the wrong people see them?
select '{table}.account_owner_id' as reference, count(*) as count_rows
from core.{table} as child
join core.account as parent on parent.id = child.account_id
where child.account_owner_id is distinct from parent.owner_id
