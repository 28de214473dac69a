-- Saved views: what a person asks of a list again and again, under a name.
create sequence ops.saved_view_id;
create table ops.saved_view ( -- Questions about lists that people keep under a name
    id bigint primary key default nextval('ops.saved_view_id'), -- Key
    object varchar not null, -- Table of the list
    name varchar not null, -- Name, in the person's words
    user_id bigint, -- Sign-in whose view it is; null for the command line
    is_shared boolean not null, -- Everybody may pick it, not only its owner
    address varchar not null, -- What is asked for, as the address of the list says it
    created_at timestamp not null, -- When it was made (UTC)
    updated_at timestamp not null -- When it was last changed (UTC)
);
