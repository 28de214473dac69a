left join (select id, line_key from core.order_line where {of_source}) as was on was.line_key = lines.{key}
