-- Are there lines already that this load could bring again?
select exists (select 1 from core.order_line where source = $source)
