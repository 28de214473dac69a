-- Which fields of which records of an object did an action change?
select record_id as id, field from history.edit where action_id = {action} and object = '{object}'
