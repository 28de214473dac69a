-- What is known of an account?
-- Grain: the account, if the viewer sees it.
-- Parameters: $account_id.
with self as (
    select *
    from visible.account
    where account.id = $account_id
),
named as (
    select account.id, account.name
    from visible.account
    where account.id in (
        select unnest([self.parent_id, self.channel_partner_id, self.merged_into_account_id])
        from self
    )
)
select
    self.*,
    owner.name as owner,
    team.name as team,
    parent.name as parent,
    partner.name as channel_partner,
    winner.name as merged_into_account
from self
left join visible.staff as owner on owner.id = self.owner_id
left join visible.team on team.id = self.team_id
left join named as parent on parent.id = self.parent_id
left join named as partner on partner.id = self.channel_partner_id
left join named as winner on winner.id = self.merged_into_account_id
