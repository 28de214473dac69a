-- How does a record stand, as texts?
select version, {fields} from core.{object} where id = $id
