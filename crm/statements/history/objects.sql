-- Of which objects did an action change records?
select distinct object from history.edit where action_id = $id order by all
