-- Custom fields, which admins make, and tags on records.
create table ops.custom_field ( -- A field that an admin made, kept as the column custom_<code> of the object in core and history
    code varchar primary key, -- Code, unique over all objects
    object varchar not null, -- Table of the records
    title varchar not null, -- Title
    title_zh varchar, -- Title in Chinese, where that is another one
    kind varchar not null check (kind in ('text', 'number', 'date', 'choice', 'flag')), -- What it holds; a flag is a yes or no
    choices varchar[], -- Words of which a choice is one
    is_personal boolean not null, -- Withheld from the roles from which custom fields are withheld
    source_name varchar, -- Column of files that fills it besides those that are called as it is
    position integer not null, -- Place among the custom fields of the object
    made_at timestamp not null, -- When it was made (UTC)
    made_by bigint, -- Sign-in that made it; null for the command line
    archived_at timestamp -- Since when it is put away (UTC)
);

alter table core.account add column tags varchar; -- Tags, in alphabetical order and parted by semicolons
alter table core.contact add column tags varchar; -- Tags, in alphabetical order and parted by semicolons
alter table core.lead add column tags varchar; -- Tags, in alphabetical order and parted by semicolons
alter table core.opportunity add column tags varchar; -- Tags, in alphabetical order and parted by semicolons
alter table core.product add column tags varchar; -- Tags, in alphabetical order and parted by semicolons
alter table core.ticket add column tags varchar; -- Tags, in alphabetical order and parted by semicolons
alter table core.campaign add column tags varchar; -- Tags, in alphabetical order and parted by semicolons
alter table history.account add column tags varchar; -- Tags, in alphabetical order and parted by semicolons
alter table history.contact add column tags varchar; -- Tags, in alphabetical order and parted by semicolons
alter table history.lead add column tags varchar; -- Tags, in alphabetical order and parted by semicolons
alter table history.opportunity add column tags varchar; -- Tags, in alphabetical order and parted by semicolons
alter table history.product add column tags varchar; -- Tags, in alphabetical order and parted by semicolons
alter table history.ticket add column tags varchar; -- Tags, in alphabetical order and parted by semicolons
alter table history.campaign add column tags varchar; -- Tags, in alphabetical order and parted by semicolons

update ops.access_grant -- from whom custom fields are withheld, they are on each object that can have them
set masked = list_append(masked, 'custom_fields')
where role = 'management' and object in ('sales_order', 'campaign') and not list_contains(masked, 'custom_fields');

insert into ops.access_grant values ('management', 'product', 'read', 'all', ['custom_fields']);
