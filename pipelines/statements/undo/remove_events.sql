-- The events of deals that were removed go with them.
delete from core.opportunity_event where opportunity_id in (select id from doomed where object = 'opportunity')
