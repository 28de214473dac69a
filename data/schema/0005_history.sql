-- History: rows as they stood before a load changed them, for undo and lineage.
create table history.team as from core.team limit 0; -- Rows of core.team as they stood before a load changed them
alter table history.team add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.staff as from core.staff limit 0; -- Rows of core.staff as they stood before a load changed them
alter table history.staff add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.account as from core.account limit 0; -- Rows of core.account as they stood before a load changed them
alter table history.account add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.contact as from core.contact limit 0; -- Rows of core.contact as they stood before a load changed them
alter table history.contact add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.product as from core.product limit 0; -- Rows of core.product as they stood before a load changed them
alter table history.product add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.opportunity as from core.opportunity limit 0; -- Rows of core.opportunity as they stood before a load changed them
alter table history.opportunity add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.opportunity_line as from core.opportunity_line limit 0; -- Rows of core.opportunity_line as they stood before a load changed them
alter table history.opportunity_line add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.sales_order as from core.sales_order limit 0; -- Rows of core.sales_order as they stood before a load changed them
alter table history.sales_order add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.order_line as from core.order_line limit 0; -- Rows of core.order_line as they stood before a load changed them
alter table history.order_line add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.ticket as from core.ticket limit 0; -- Rows of core.ticket as they stood before a load changed them
alter table history.ticket add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.ticket_event as from core.ticket_event limit 0; -- Rows of core.ticket_event as they stood before a load changed them
alter table history.ticket_event add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.lead as from core.lead limit 0; -- Rows of core.lead as they stood before a load changed them
alter table history.lead add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.interaction as from core.interaction limit 0; -- Rows of core.interaction as they stood before a load changed them
alter table history.interaction add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.task as from core.task limit 0; -- Rows of core.task as they stood before a load changed them
alter table history.task add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.quote as from core.quote limit 0; -- Rows of core.quote as they stood before a load changed them
alter table history.quote add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.campaign as from core.campaign limit 0; -- Rows of core.campaign as they stood before a load changed them
alter table history.campaign add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.campaign_member as from core.campaign_member limit 0; -- Rows of core.campaign_member as they stood before a load changed them
alter table history.campaign_member add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.survey_response as from core.survey_response limit 0; -- Rows of core.survey_response as they stood before a load changed them
alter table history.survey_response add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.fx_rate as from core.fx_rate limit 0; -- Rows of core.fx_rate as they stood before a load changed them
alter table history.fx_rate add column replaced_by_batch_id bigint; -- Load that changed the row
create sequence history.action_id;
create table history.action ( -- What a person did at once to one or many records
    id bigint primary key default nextval('history.action_id'), -- Key
    kind varchar not null check (kind in ('create', 'edit', 'archive', 'restore', 'merge', 'undo')), -- What it was
    object varchar not null, -- Table of the records
    record_id bigint not null, -- The record that it was done to; of a merge, the one that stays
    other_id bigint, -- Of a merge, the record that went into it
    made_at timestamp not null, -- When (UTC)
    user_id bigint, -- Sign-in that did it; null for the command line
    undoes bigint, -- Action that it took back
    undone_at timestamp -- When it was taken back (UTC)
);
create table history.moved_key ( -- Keys of sources that a merge moved to the record that stays
    action_id bigint not null, -- The merge
    source varchar not null, -- Source system
    key varchar not null -- Key in that system
);
create sequence history.edit_id;
create table history.edit ( -- A field that a person changed
    id bigint primary key default nextval('history.edit_id'), -- Key
    object varchar not null, -- Table of the record
    record_id bigint not null, -- The record
    field varchar not null, -- Column
    before varchar, -- Value before it, as text
    after varchar, -- Value after it, as text
    version bigint not null, -- Version of the record after it
    edited_at timestamp not null, -- When (UTC)
    user_id bigint, -- Sign-in that made it; null for the command line
    is_held boolean not null, -- The person's own word, against which loads do not write
    action_id bigint, -- What it was part of; null of a change on its own
    undone_at timestamp -- When it was taken back, or when it took another back (UTC)
);
