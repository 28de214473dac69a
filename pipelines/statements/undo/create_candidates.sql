-- Records that no load which stands made or changed.
create or replace temp table candidate (object varchar, id bigint, is_own boolean)
