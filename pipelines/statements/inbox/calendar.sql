-- In which zone is the company, on which day does its clock stand, and when did the last refresh begin?
select time_zone, as_of, (select max(started_at) from ops.refresh) as last from ops.company
