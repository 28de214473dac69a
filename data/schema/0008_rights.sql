-- Rights to write: what each role may do beside reading, why a record changed hands, who changed a grant, and who looked at whom.
alter table history.action add column reason varchar; -- Why, in the person's words; an account changes hands with one only

insert into ops.access_grant -- only what nobody decided otherwise already
select role, object, verb, scope, []
from (values ('sales_manager', 'team'), ('sales', 'own')) as r (role, scope)
cross join (values ('account'), ('contact'), ('lead'), ('opportunity'), ('quote'), ('interaction'), ('task')) as o (object)
cross join (values ('create'), ('edit'), ('archive')) as v (verb)
on conflict do nothing;

insert into ops.access_grant values
    ('sales_manager', 'account', 'merge', 'team', []),
    ('sales_manager', 'contact', 'merge', 'team', []),
    ('sales_manager', 'lead', 'merge', 'team', []),
    ('sales_manager', 'account', 'reassign', 'team', []),
    ('sales_manager', 'contact', 'export', 'team', []),
    ('sales', 'ticket', 'create', 'own', []),
    ('marketing', 'contact', 'export', 'all', [])
on conflict do nothing;

insert into ops.access_grant
select 'marketing', object, verb, 'all', []
from (values ('lead'), ('campaign')) as o (object)
cross join (values ('create'), ('edit'), ('archive')) as v (verb)
on conflict do nothing;

insert into ops.access_grant
select 'service', object, verb, scope, []
from (values ('ticket', 'team'), ('interaction', 'all'), ('task', 'all')) as o (object, scope)
cross join (values ('create'), ('edit'), ('archive')) as v (verb)
on conflict do nothing;

create sequence ops.grant_change_id;
create table ops.grant_change ( -- Each time somebody changed what a role may do
    id bigint primary key default nextval('ops.grant_change_id'), -- Key
    role varchar not null, -- The role whose grants changed
    made_at timestamp not null, -- When (UTC)
    user_id bigint, -- Sign-in that did it; null for the command line
    before json not null, -- Its grants before, a list of object, verb, scope and masked
    after json not null, -- Its grants after
    undoes bigint, -- Change that it took back
    undone_at timestamp -- When it was taken back (UTC)
);

create sequence ops.access_log_id;
create table ops.access_log ( -- Who looked at data of persons and who took data along
    id bigint primary key default nextval('ops.access_log_id'), -- Key
    logged_at timestamp not null, -- When (UTC); of reading, for the first time in that hour
    user_id bigint, -- Sign-in; null for the command line
    kind varchar not null check (kind in ('read', 'export')), -- Looked at, or taken along as a file
    object varchar not null, -- Table of the records
    record_id bigint, -- The record; null for a list or a file
    count_records bigint, -- How many records the file has; null for reading
    place varchar not null -- Page, list or file
);
