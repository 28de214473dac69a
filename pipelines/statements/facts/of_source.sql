(batch_id, file_position) in (select (batch_id, position) from landing.file where source = $source)
