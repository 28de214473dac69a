-- Whose is a saved view, of which list, and is it shared?
select object, name, user_id, is_shared from ops.saved_view where id = $id
