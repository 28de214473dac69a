-- Is this the demo company?
select is_demo from ops.company
