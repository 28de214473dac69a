-- Values that this load brings for fields that a person edited.
create or replace temp table pending_conflict as
select record_number, object, record_id, field, value, standing from landing.conflict limit 0
