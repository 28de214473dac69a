-- Records that the load made.
create or replace temp table candidate (object varchar, id bigint)
