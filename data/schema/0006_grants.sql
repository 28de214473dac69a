-- Grants: what each role may do, to be changed by an admin.
insert into ops.access_grant
select role, object, verb, 'all', []
from (values ('admin')) as r (role)
cross join (values ('account'), ('contact'), ('opportunity'), ('sales_order'), ('ticket'), ('lead'), ('interaction'), ('task'), ('quote'), ('campaign'), ('survey_response'), ('product'), ('staff'), ('team'), ('stage'), ('company'), ('batch')) as o (object)
cross join (values ('read'), ('create'), ('edit'), ('archive'), ('merge'), ('reassign'), ('export'), ('import'), ('admin')) as v (verb);

insert into ops.access_grant values
    ('management', 'account', 'read', 'all', ['custom_fields']),
    ('management', 'contact', 'read', 'all', ['email', 'phone', 'custom_fields']),
    ('management', 'opportunity', 'read', 'all', ['custom_fields']),
    ('management', 'sales_order', 'read', 'all', []),
    ('management', 'ticket', 'read', 'all', ['custom_fields']),
    ('management', 'batch', 'read', 'all', ['value', 'key', 'standing', 'before', 'after']),
    ('management', 'lead', 'read', 'all', ['email', 'phone', 'custom_fields']),
    ('management', 'interaction', 'read', 'all', ['custom_fields']),
    ('management', 'task', 'read', 'all', ['custom_fields']),
    ('management', 'quote', 'read', 'all', []),
    ('management', 'campaign', 'read', 'all', []),
    ('management', 'survey_response', 'read', 'all', []),
    ('sales_manager', 'quote', 'read', 'team', []),
    ('sales_manager', 'survey_response', 'read', 'team', []),
    ('sales', 'quote', 'read', 'own', []),
    ('sales', 'survey_response', 'read', 'own', []),
    ('marketing', 'campaign', 'read', 'all', []),
    ('marketing', 'survey_response', 'read', 'all', []),
    ('service', 'survey_response', 'read', 'all', []),
    ('sales_manager', 'lead', 'read', 'team', []),
    ('sales_manager', 'interaction', 'read', 'team', []),
    ('sales_manager', 'task', 'read', 'team', []),
    ('sales', 'lead', 'read', 'own', []),
    ('sales', 'interaction', 'read', 'own', []),
    ('sales', 'task', 'read', 'own', []),
    ('marketing', 'lead', 'read', 'all', []),
    ('service', 'interaction', 'read', 'all', []),
    ('service', 'task', 'read', 'all', []),
    ('sales_manager', 'account', 'read', 'team', []),
    ('sales_manager', 'contact', 'read', 'team', []),
    ('sales_manager', 'opportunity', 'read', 'team', []),
    ('sales_manager', 'sales_order', 'read', 'team', ['cost']),
    ('sales_manager', 'ticket', 'read', 'team', []),
    ('sales_manager', 'product', 'read', 'all', ['cost']),
    ('sales', 'account', 'read', 'own', []),
    ('sales', 'contact', 'read', 'own', []),
    ('sales', 'opportunity', 'read', 'own', []),
    ('sales', 'sales_order', 'read', 'own', ['cost']),
    ('sales', 'ticket', 'read', 'own', []),
    ('sales', 'product', 'read', 'all', ['cost']),
    ('marketing', 'account', 'read', 'all', []),
    ('marketing', 'contact', 'read', 'all', []),
    ('marketing', 'opportunity', 'read', 'all', ['amount', 'amount_company', 'unit_price']),
    ('marketing', 'sales_order', 'read', 'all', ['cost']),
    ('marketing', 'ticket', 'read', 'all', ['subject', 'description', 'custom_fields']),
    ('marketing', 'product', 'read', 'all', ['cost']),
    ('service', 'account', 'read', 'all', []),
    ('service', 'contact', 'read', 'all', []),
    ('service', 'sales_order', 'read', 'all', ['cost']),
    ('service', 'ticket', 'read', 'team', []),
    ('service', 'product', 'read', 'all', ['cost']);

insert into ops.access_grant -- what these roles read of the company's numbers, they may take along; people's addresses not
select role, object, 'export', scope, masked
from ops.access_grant
where
    verb = 'read'
    and role in ('management', 'sales_manager', 'marketing')
    and object not in ('contact', 'batch', 'ticket')
union all
select role, object, 'export', scope, masked
from ops.access_grant
where verb = 'read' and role in ('management', 'sales_manager') and object = 'ticket';
