-- Who works at an account?
-- Grain: contact.
-- Parameters: $account_id.
select
    contact.name,
    contact.title,
    contact.email,
    contact.phone,
    contact.email_consent,
    contact.phone_consent,
    'contact:' || contact.id as record
from visible.contact
where contact.account_id = $account_id and not contact.is_archived
order by lower(contact.name), contact.id
limit 1000
