-- Which fields of which objects did an action change?
select distinct object, field from history.edit where action_id = $id and undone_at is null order by all
