-- Make the company the demo company, whose clock stands at the end of its data.
update ops.company set name = $name, time_zone = $zone, as_of = $as_of, is_demo = true
