-- Of which words is a field one that an admin made a choice?
select object, 'custom_' || code, choices from ops.custom_field where kind = 'choice'
