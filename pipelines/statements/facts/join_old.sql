left join (select id, line_key from core.order_line where source = $source) as was on was.line_key = lines.{key}
