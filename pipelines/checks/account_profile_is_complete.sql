-- Which accounts have no profile, or more than one?
select
    account.id as account_id,
    count(next_account_profile.account_id) as count_profiles
from core.account
left join mart.next_account_profile on next_account_profile.account_id = account.id
group by account.id
having count(next_account_profile.account_id) <> 1
