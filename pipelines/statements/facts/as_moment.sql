regexp_replace(timezone($zone, timezone('UTC', {value}))::varchar, ' 00:00:00$', '')
