select key, record_id from core.record_key where object = '{object}' and source = $source
union all
select key, record_id from pending_key where object = '{object}' and source = $source
