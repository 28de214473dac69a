-- Put what was counted anew, or added up, beside what stays.
insert into mart.{name} by name from mart.next_{name}
