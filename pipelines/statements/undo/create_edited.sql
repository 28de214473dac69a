-- What did people change of these records, after which image, what did they find there first, and does any of it stand?
-- What was taken back is told as well: no load made that difference.
create or replace temp table edited as
select id, version, map(list(field), list(before)) as firsts, list(field) filter (where stands) as standing
from (
    select
        image.id, image.version, edit.field, arg_min_null(edit.before, edit.id) as before,
        bool_or(edit.undone_at is null) as stands
    from (from history.edit where object = '{name}') as edit
    asof join (select id, version from history.{name} where id in (select id from own)) as image
        on edit.record_id = image.id and edit.version > image.version
    group by image.id, image.version, edit.field
)
group by id, version
