-- Put what was counted anew beside what stays.
insert into mart.{name} by name from mart.next_{name}
