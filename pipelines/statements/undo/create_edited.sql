-- What did people change of these records, after which image, and what did they find there first?
create or replace temp table edited as
select id, version, map(list(field), list(before)) as firsts
from (
    select image.id, image.version, edit.field, arg_min_null(edit.before, edit.id) as before
    from (from history.edit where object = '{name}' and undone_at is null) as edit
    asof join (select id, version from history.{name} where id in (select id from own)) as image
        on edit.record_id = image.id and edit.version > image.version
    group by image.id, image.version, edit.field
)
group by id, version
