-- Decisions: by which action a value of a load was taken, and which merge brought it to another record, for the ways back.
alter table landing.conflict add column action_id bigint; -- Action that wrote its value; with that it is open again
alter table landing.conflict add column merge_id bigint; -- Merge that brought it to the record that stays
