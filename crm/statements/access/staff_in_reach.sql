-- Whose records does a member of staff see as its team's? Its own, its team's, and those of all who report to it.
with recursive reach as (
    select id from core.staff where id = $staff_id
    union
    select person.id
    from core.staff as person
    join reach on person.manager_id = reach.id
),
mates as (
    select mate.id
    from core.staff as me
    join core.staff as mate on mate.team_id = me.team_id
    where me.id = $staff_id
)
select id from reach
union
select id from mates
order by id
