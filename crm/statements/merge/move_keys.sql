-- Sources that speak of the record that goes mean the one that stays.
update core.record_key set record_id = $winner_id where object = $object and record_id = $loser_id
