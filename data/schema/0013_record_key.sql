-- Keys of records: stored as they are. To forget one, the engine reads its whole block, and unpacks it each time.
create temp table former_key as from core.record_key;
drop table core.record_key;
create table core.record_key ( -- Identity: by which key a source knows a record
    object varchar not null, -- Table of the record
    source varchar not null, -- Source system
    key varchar not null using compression uncompressed, -- Key in that system
    record_id bigint not null, -- The record
    batch_id bigint, -- Load that wrote it
    primary key (object, source, key)
);
insert into core.record_key from former_key;
drop table former_key;
