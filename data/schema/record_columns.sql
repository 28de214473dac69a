    created_at timestamp not null, -- When the record was made here (UTC)
    created_by bigint, -- Sign-in that made it; null for a load
    updated_at timestamp not null, -- When it last changed (UTC)
    updated_by bigint, -- Sign-in that last changed it; null for a load
    version bigint not null, -- Grows by one with each change
    archived_at timestamp, -- Since when it is put away (UTC)
    batch_id bigint, -- Load that last changed it
    record_number bigint -- Record of that load
