left join ({keys}) as {name} on {name}.key = lines.{field}
