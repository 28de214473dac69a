-- Which accounts have no profile, or several, or one although they became part of another account?
select
    account.id as account_id,
    count(next_account_profile.account_id) as count_profiles
from core.account
left join mart.next_account_profile on next_account_profile.account_id = account.id
group by account.id, account.merged_into_account_id
having count(next_account_profile.account_id) <> case when account.merged_into_account_id is null then 1 else 0 end
