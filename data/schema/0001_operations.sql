-- Operations: who signs in, what they may see, how the company counts, and which state every table is in.
create schema landing;
create schema core;
create schema history;
create schema mart;
create schema score;
create schema ops;
create schema visible;

create table ops.migration ( -- Schema migrations applied to this file, in order
    number integer primary key, -- Number of the migration, from its file name
    name varchar not null, -- File name without number and ending
    applied_at timestamp not null -- When it was applied (UTC)
);

create table ops.company ( -- The one company whose records these are
    id integer primary key check (id = 1), -- Always 1
    name varchar, -- Name shown in the header
    currency varchar, -- ISO 4217 code in which totals are shown; null until a load or an admin sets it
    time_zone varchar not null, -- IANA zone that decides on which day something happened
    fiscal_month integer not null check (fiscal_month between 1 and 12), -- First month of the fiscal year
    as_of date, -- The day on which the company's clock stands; null follows the calendar
    is_demo boolean not null, -- The file holds the demo company
    silent_after_days integer check (silent_after_days between 1 and 364), -- Days without an order after which a customer is silent; null lets the refresh find it
    work_days integer[] not null, -- Working days of the week, 1 for Monday to 7 for Sunday
    work_begins time not null, -- When a working day begins, in the company's zone
    work_ends time not null, -- When it ends
    check (work_begins < work_ends)
);
insert into ops.company values (1, null, null, 'UTC', 1, null, false, null, [1, 2, 3, 4, 5], '09:00', '17:00');

create table ops.service_target ( -- Within how many working hours a ticket is to be solved
    priority varchar primary key check (priority in ('low', 'medium', 'high', 'urgent')), -- Priority of the ticket
    hours decimal(6, 2) not null check (hours > 0) -- Working hours
);
insert into ops.service_target values ('urgent', 8), ('high', 24), ('medium', 72), ('low', 120);

create sequence ops.user_id;
create table ops.user ( -- People who sign in
    id bigint primary key default nextval('ops.user_id'), -- Key
    email varchar not null unique, -- Sign-in name, in lower case
    name varchar not null, -- Name shown to others
    role varchar not null check (role in ('admin', 'management', 'sales_manager', 'sales', 'marketing', 'service')), -- What the person may do
    staff_id bigint, -- The staff record that this sign-in acts for
    password_hash varchar not null, -- argon2id
    language varchar check (language in ('en', 'zh_CN')), -- Chosen language; null follows the browser
    theme varchar check (theme in ('light', 'dark')), -- Chosen theme; null follows the browser
    is_demo boolean not null, -- A demo sign-in, which works on loopback only
    must_change_password boolean not null, -- The password was printed once and has to be replaced
    created_at timestamp not null, -- When the sign-in was made (UTC)
    disabled_at timestamp -- Since when the person may no longer sign in (UTC)
);

create table ops.session ( -- Signed-in browsers
    token_hash varchar primary key, -- SHA-256 of the cookie's token
    user_id bigint not null, -- Whose session it is
    created_at timestamp not null, -- Sign-in (UTC)
    seen_at timestamp not null, -- Last use, written at most once a minute (UTC)
    expires_at timestamp not null, -- Absolute end (UTC)
    ended_at timestamp, -- Sign-out or withdrawal (UTC)
    user_agent varchar -- Browser, as it named itself
);

create table ops.sign_in_failure ( -- Failed sign-ins, for the lockout
    email varchar not null, -- Sign-in name that was tried, in lower case
    address varchar not null, -- Network address it came from
    failed_at timestamp not null -- When (UTC)
);

create table ops.access_grant ( -- What each role may do with each object
    role varchar not null, -- Role
    object varchar not null, -- Table of the object
    verb varchar not null, -- read, create, edit, archive, merge, reassign, export, import, admin
    scope varchar not null check (scope in ('own', 'team', 'all')), -- Which rows
    masked varchar[] not null, -- Fields withheld in these rows
    primary key (role, object, verb)
);

create sequence ops.refresh_id;
create table ops.refresh ( -- Rebuilds of the marts
    id bigint primary key default nextval('ops.refresh_id'), -- Key
    started_at timestamp not null, -- Begin (UTC)
    finished_at timestamp, -- End (UTC); null while running or after a crash
    as_of date not null, -- The day up to which the marts count
    silent_days integer, -- Days without an order after which the marts count a customer as silent
    failed_check varchar, -- The invariant that failed; the marts before it then stay in place
    count_failed bigint -- How many rows broke it
);

create table ops.touched_account ( -- Accounts that changed since the marts were counted; small marts are out of step with them until they are counted anew
    account_id bigint, -- The account; null stands for sales without account
    refresh_id bigint -- The count of the marts that knows of the change, while it is being made
);

create table ops.kpi_snapshot ( -- How the KPIs read on a day, so that what was entered later can be told from what was known then; grain: day, KPI and for whom
    taken_on date not null, -- The day of the company; the number is that of its month from the first up to this day
    metric_id varchar not null, -- KPI
    team_id bigint, -- Team of which it is the number
    owner_id bigint, -- Staff of whom it is the number; without team and staff it is the company's
    value decimal(38, 6) not null, -- The number; what had none on the day has no row
    is_closed boolean not null, -- Counted after the day was over; it never changes again
    counted_at timestamp not null -- When it was counted (UTC)
);
