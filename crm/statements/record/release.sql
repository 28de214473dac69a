-- A person took a load's value that stood there already: loads may write the field again.
update history.edit set is_held = false where object = $object and record_id = $id and field = $field and is_held
