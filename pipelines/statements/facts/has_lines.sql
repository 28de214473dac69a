-- Are there lines already that this load could bring again?
select exists (select 1 from landing.file where source = $source and object = $object)
