-- By which memberships of the record that goes would the one that stays be a member of a campaign twice?
select twin.id, twin.version
from core.campaign_member as twin
join core.campaign_member as own on own.campaign_id = twin.campaign_id
where twin.account_id = $loser_id
    and own.account_id = $winner_id
    and twin.archived_at is null
    and own.archived_at is null
