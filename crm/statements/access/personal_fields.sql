-- Which fields that admins made are withheld with the custom fields of an object?
select object, list('custom_' || code) from ops.custom_field where is_personal group by object
