-- Keep the theme that a person chose.
update ops.user set theme = $value where id = $id
