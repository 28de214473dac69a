-- How does the company count: currency, zone, and the day on which its clock stands?
select currency, time_zone, as_of from ops.company
