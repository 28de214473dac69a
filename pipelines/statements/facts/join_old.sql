left join (
    select id, line_key from core.{object} where id in (select id from gone)
) as was on was.line_key = lines.{key}
