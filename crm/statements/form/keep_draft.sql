-- Keep what somebody typed.
insert or replace into ops.draft (user_id, form, content, version, kept_at)
values ($user_id, $form, $content, $version::bigint, $kept_at)
