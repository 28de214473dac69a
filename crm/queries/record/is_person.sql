-- Is an account a person?
-- Grain: the account, no row where the viewer does not see it.
-- Parameters: $account_id.
select kind = 'person' as is_person
from visible.account
where id = $account_id
