-- Drafts: what people typed and did not save.
create table ops.draft ( -- What a person typed into a form and did not save; dropped when it is saved, discarded, or thirty days old
    user_id bigint not null, -- Sign-in of the person
    form varchar not null, -- Which form, as the address names it
    content json not null, -- Fields as they were typed, and what stood in them
    version bigint, -- Version of the record when it was read; null of a new record
    kept_at timestamp not null, -- When it was last typed into (UTC)
    primary key (user_id, form)
);
