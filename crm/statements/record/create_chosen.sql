-- Which records are to be changed, and in which version were they read?
create or replace temp table chosen as
select unnest($ids::bigint[]) as id, unnest($versions::bigint[]) as version
