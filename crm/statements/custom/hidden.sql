-- Which columns of which objects were put away?
select object, 'custom_' || code from ops.custom_field where archived_at is not null
