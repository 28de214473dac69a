-- Write the new events of deals.
insert into core.opportunity_event by name
select * from event
