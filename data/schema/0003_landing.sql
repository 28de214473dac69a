-- Landing: which loads there were, which files they brought, what did not get in; history: what stood there before.
create sequence landing.batch_id;
create table landing.batch ( -- A load
    id bigint primary key default nextval('landing.batch_id'), -- Key; what undo takes
    started_at timestamp not null, -- Begin (UTC)
    applied_at timestamp not null, -- When its rows stood in core (UTC)
    user_id bigint, -- Sign-in that started it; null for the command line
    came_by varchar not null default 'command', -- How its files came: page, inbox, command
    is_history boolean not null, -- The first of its source: its events count as known when they happened
    currency varchar, -- Currency that it gave the company; null where the company had one, or it brought no money
    undone_at timestamp, -- When the load was taken back (UTC)
    undone_by bigint -- Sign-in that took it back; null for the command line
);

create table landing.file ( -- A file, or a sheet of one, in a load
    batch_id bigint not null, -- Load
    position smallint not null, -- Order in the load
    file varchar not null, -- Name as given
    sheet varchar, -- Sheet of a workbook
    digest varchar not null, -- BLAKE3 hash of the file's bytes, in hex
    kept_as varchar not null, -- Name of the kept, compressed file below landing/
    layout varchar not null, -- Mapping and layout that was used
    mapping varchar not null, -- That layout as it then was, as JSON
    is_own_mapping boolean not null, -- A person gave the mapping; it serves for the same header again
    object varchar not null, -- Main object
    source varchar not null, -- Source system
    first_record bigint not null, -- Number of the file's first record within the load
    count_read bigint not null, -- Source records
    count_inserted bigint not null, -- … whose main object is new
    count_updated bigint not null, -- … of which an object changed
    count_unchanged bigint not null, -- … that changed nothing
    count_duplicate bigint not null, -- … whose key stood in the load before
    count_rejected bigint not null, -- … that did not get in
    count_possible_repeat bigint not null, -- Lines equal to another of the same document; kept
    count_created json not null, -- Other records made by the way, by object
    count_changed json not null, -- Other records changed by the way, by object
    primary key (batch_id, position),
    check (count_read = count_inserted + count_updated + count_unchanged + count_duplicate + count_rejected)
);

create table landing.reject ( -- A record that did not get in, and why
    batch_id bigint not null, -- Load
    record_number bigint not null, -- Number of the record within the load
    is_duplicate boolean not null, -- The same key stood in the load before
    column_name varchar, -- Column of the file
    value varchar, -- What stood there
    reason varchar not null, -- Code of the reason
    detail varchar -- What the reason speaks of
);

create sequence landing.conflict_id;
create table landing.conflict ( -- A value that a load brought for a field that a person had edited
    id bigint primary key default nextval('landing.conflict_id'), -- Key
    batch_id bigint not null, -- Load that brought it
    record_number bigint not null, -- Record of that load
    object varchar not null, -- Table of the record
    record_id bigint not null, -- The record
    field varchar not null, -- Column
    value varchar, -- What the load brought, as text
    standing varchar, -- What stood there and was kept, as text
    decided_at timestamp, -- When somebody decided (UTC); null while open
    decided_by bigint, -- Sign-in that decided; null for the command line
    is_accepted boolean -- The load's value was taken
);

create table landing.kept_by_undo ( -- What undoing a load could not take back, and why
    batch_id bigint not null, -- Load that was undone
    object varchar not null, -- Table of the record
    record_id bigint not null, -- The record
    field varchar, -- Column; null for the whole record
    reason varchar not null -- Code: changed_by_load, changed_by_person, needed
);
