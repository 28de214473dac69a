-- In which time zone does the company count its days?
select time_zone from ops.company
