-- Count the events among what records made besides.
insert into made
select record_number, 'opportunity_event', true from event
