-- Drop a view.
delete from ops.saved_view where id = $id
