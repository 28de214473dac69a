-- Keep the language that a person chose.
update ops.user set language = $value where id = $id
