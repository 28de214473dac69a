-- Put in place what was added up.
insert into mart.{name} by name from mart.next_{name}
