-- Which accounts stand above one, up to the top?
with recursive above as (
    select parent_id as id from core.account where id = $id
    union
    select account.parent_id from core.account join above on account.id = above.id
)
select id from above where id is not null
