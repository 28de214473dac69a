-- Of which fields did a merge bring conflicts to the record that stays?
select distinct field from landing.conflict where merge_id = $action_id
