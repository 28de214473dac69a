-- How does a record stand?
select version, is_archived{columns} from visible.{object} where id = $id
