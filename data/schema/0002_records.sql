-- Records: what the company knows of its people, customers, sales and service.
create sequence core.team_id;
create table core.team ( -- A group of staff
    id bigint primary key default nextval('core.team_id'), -- Key
    name varchar not null, -- Name
    manager_id bigint, -- Staff who leads it
    region varchar, -- Sales region
{record}
);

create sequence core.staff_id;
create table core.staff ( -- People who own records; a sign-in is linked to one by an admin
    id bigint primary key default nextval('core.staff_id'), -- Key
    name varchar not null, -- Name
    email varchar, -- E-mail at work
    team_id bigint, -- Team
    manager_id bigint, -- Staff to whom the person reports
    region varchar, -- Sales region
{record}
);

create sequence core.account_id;
create table core.account ( -- A customer: a company or a person
    id bigint primary key default nextval('core.account_id'), -- Key
    name varchar not null, -- Name
    kind varchar not null default 'company' check (kind in ('company', 'person')), -- Company or person
    industry varchar, -- Industry
    size varchar, -- Size class or number of employees, in the source's words
    country varchar, -- Country
    region varchar, -- Region or state
    city varchar, -- City
    phone varchar, -- Phone
    website varchar, -- Web address
    since_on date, -- Since when it is a customer, as the source says
    owner_id bigint, -- Staff who owns the account
    team_id bigint, -- Team that looks after it while nobody owns it
    parent_id bigint, -- Account it belongs to
    channel_partner_id bigint, -- Account through which it buys
    acquired_through varchar, -- How it was won
    status varchar, -- State in the source's words
    preferences varchar, -- What it wants and how, in words
    custom_fields json, -- Fields of the source that the schema does not have
    merged_into_account_id bigint, -- The account that it became one with; null while it stands for itself
{record}
);

create sequence core.contact_id;
create table core.contact ( -- A person at an account
    id bigint primary key default nextval('core.contact_id'), -- Key
    account_id bigint, -- Account
    account_owner_id bigint, -- Owner of that account, kept in step with it
    name varchar not null, -- Full name
    title varchar, -- Position
    email varchar, -- E-mail
    phone varchar, -- Phone
    email_consent boolean, -- May be written to; null is unknown
    phone_consent boolean, -- May be called; null is unknown
    custom_fields json, -- Fields of the source that the schema does not have
    merged_into_contact_id bigint, -- The contact that it became one with; null while it stands for itself
{record}
);

create sequence core.product_id;
create table core.product ( -- Something that is sold
    id bigint primary key default nextval('core.product_id'), -- Key
    sku varchar, -- Article number
    name varchar not null, -- Name
    category varchar, -- Category or series
    list_price decimal(18, 6), -- Price before discount
    cost decimal(18, 6), -- What one unit costs the company
    currency varchar, -- ISO 4217 code of price and cost
    is_active boolean not null default true, -- Can be sold
{record}
);

create sequence core.stage_id;
create table core.stage ( -- A step of a sales pipeline: data, not code
    id bigint primary key default nextval('core.stage_id'), -- Key
    pipeline varchar not null, -- Pipeline it belongs to
    code varchar not null, -- Code, unique in its pipeline
    name varchar not null, -- Name, in the company's own words
    position integer not null, -- Order in the pipeline
    type varchar not null check (type in ('open', 'won', 'lost')), -- What a deal in it is
    probability decimal(5, 4) not null check (probability between 0 and 1), -- Chance of winning
    required_fields varchar[] not null, -- What a deal needs to enter
    unique (pipeline, code)
);
insert into core.stage (pipeline, code, name, position, type, probability, required_fields) values
    ('sales', 'prospecting', 'Prospecting', 1, 'open', 0.10, []),
    ('sales', 'engaging', 'Engaging', 2, 'open', 0.30, []),
    ('sales', 'proposal', 'Proposal', 3, 'open', 0.50, []),
    ('sales', 'negotiation', 'Negotiation', 4, 'open', 0.70, []),
    ('sales', 'won', 'Won', 5, 'won', 1.00, []),
    ('sales', 'lost', 'Lost', 6, 'lost', 0.00, []);

create sequence core.opportunity_id;
create table core.opportunity ( -- A deal
    id bigint primary key default nextval('core.opportunity_id'), -- Key
    name varchar not null, -- Name
    account_id bigint, -- Account; null while unknown
    account_owner_id bigint, -- Owner of that account, kept in step with it
    owner_id bigint, -- Staff who works on it
    credited_owner_id bigint, -- Staff who is credited, stamped when it closed
    stage_id bigint not null, -- Stage
    amount decimal(18, 2), -- Value
    currency varchar, -- ISO 4217 code of the value
    amount_company decimal(18, 2), -- Value in the company's currency; null without a rate
    begun_on date, -- When work on it began
    expected_close_on date, -- When it should close
    closed_on date, -- When it was won or lost
    lost_reason varchar, -- Why it was lost
    source varchar, -- Where it came from
    custom_fields json, -- Fields of the source that the schema does not have
{record}
);

create table core.opportunity_event ( -- The full state of a deal each time its stage, amount, expected close or owner changed; append-only
    opportunity_id bigint not null, -- Deal
    sequence integer not null, -- 1, 2, … within the deal
    happened_at timestamp, -- When (UTC); null is unknown
    known_at timestamp not null, -- When the company could know of it (UTC)
    changed_by bigint, -- Sign-in that made the change; null for a load
    stage_id bigint, -- Stage after it; null is unknown but open
    amount decimal(18, 2), -- Value after it
    currency varchar, -- ISO 4217 code of the value
    amount_company decimal(18, 2), -- Value after it in the company's currency
    expected_close_on date, -- Expected close after it
    owner_id bigint, -- Owner after it
    voided_at timestamp, -- When the change was undone (UTC)
    valid_from timestamp, -- Since when it is the deal's state (UTC): the latest known time up to it, else -infinity; null if undone
    valid_to timestamp, -- Until when it is, which is when the next begins (UTC), else infinity; null if undone
    batch_id bigint, -- Load that wrote it
    record_number bigint -- Record of that load
);

create sequence core.opportunity_line_id;
create table core.opportunity_line ( -- A product of a deal
    id bigint primary key default nextval('core.opportunity_line_id'), -- Key
    opportunity_id bigint not null, -- Deal
    product_id bigint not null, -- Product
    quantity decimal(18, 3) not null, -- How many
    unit_price decimal(18, 6), -- Price of one; null while unknown
    amount decimal(18, 2), -- Quantity times price, rounded; null while unknown
    currency varchar, -- ISO 4217 code
{record}
);

create sequence core.sales_order_id;
create table core.sales_order ( -- A document of what was bought or brought back
    id bigint primary key default nextval('core.sales_order_id'), -- Key
    number varchar, -- Number in the source
    account_id bigint, -- Account; null for an anonymous sale
    account_owner_id bigint, -- Owner of that account, kept in step with it
    credited_owner_id bigint, -- Staff who is credited, stamped when it was ordered
    ordered_at timestamp not null, -- When (UTC)
    channel varchar, -- Shop, web, phone, …
    country varchar, -- Country it went to
    region varchar, -- Region it went to
    status varchar not null default 'placed' check (status in ('placed', 'shipped', 'cancelled', 'returned')), -- State
    currency varchar, -- ISO 4217 code of its lines
{record}
);

create table core.order_line ( -- A line of an order; loaded in bulk and joined, so without key constraint
    id bigint not null, -- Key
    order_id bigint not null, -- Order
    product_id bigint, -- Product
    account_id bigint, -- Account of the order
    account_owner_id bigint, -- Owner of that account, kept in step with it
    happened_at timestamp not null, -- When it was sold or came back (UTC)
    quantity decimal(18, 3) not null, -- How many; negative when they came back
    unit_price decimal(18, 6) not null, -- Price of one
    currency varchar, -- ISO 4217 code; null is the company's
    is_return boolean not null, -- The goods came back
    is_possible_repeat boolean not null, -- An equal line stands before it in the same order
    line_key varchar using compression uncompressed, -- Key in the source; null where it gives none
    row_hash ubigint not null, -- Hash of the source's columns, by which a line that changed is found
    batch_id bigint not null, -- Load that last changed it
    file_position smallint not null, -- File of that load
    record_number bigint not null -- Record of that load
);

create sequence core.ticket_id;
create table core.ticket ( -- A service case
    id bigint primary key default nextval('core.ticket_id'), -- Key
    subject varchar not null, -- What it is about
    description varchar, -- In the customer's words
    account_id bigint, -- Account
    account_owner_id bigint, -- Owner of that account, kept in step with it
    contact_id bigint, -- Who asked
    product_id bigint, -- Product it is about
    owner_id bigint, -- Staff who is assigned
    credited_owner_id bigint, -- Staff who is credited, stamped when it was resolved
    team_id bigint, -- Team that looks after it while nobody is assigned
    channel varchar, -- Mail, phone, chat, …
    category varchar, -- Kind of request
    priority varchar check (priority in ('low', 'medium', 'high', 'urgent')), -- Urgency
    status varchar not null check (status in ('open', 'pending', 'resolved', 'closed')), -- State
    opened_at timestamp, -- When it came in (UTC); null is unknown
    first_reply_at timestamp, -- First answer (UTC)
    resolved_at timestamp, -- When it was solved (UTC)
    satisfaction decimal(4, 2) check (satisfaction between 1 and 5), -- CSAT, 1 to 5
    custom_fields json, -- Fields of the source that the schema does not have
{record}
);

create table core.ticket_event ( -- Something that happened with a ticket; loaded in bulk and joined, so without key constraint
    id bigint not null, -- Key
    ticket_id bigint not null, -- Ticket
    account_id bigint, -- Account of the ticket
    account_owner_id bigint, -- Owner of that account, kept in step with it
    happened_at timestamp not null, -- When (UTC)
    activity varchar not null, -- What was done, in the source's words
    actor varchar, -- Who did it, in the source's words
    is_possible_repeat boolean not null, -- An equal event of the same ticket stands before it
    line_key varchar using compression uncompressed, -- Key in the source; null where it gives none
    row_hash ubigint not null, -- Hash of the source's columns, by which an event that changed is found
    batch_id bigint not null, -- Load that last changed it
    file_position smallint not null, -- File of that load
    record_number bigint not null -- Record of that load
);

create sequence core.lead_id;
create table core.lead ( -- Interest that nobody has qualified yet
    id bigint primary key default nextval('core.lead_id'), -- Key
    name varchar not null, -- Full name
    company varchar, -- Company it speaks for
    title varchar, -- Position
    email varchar, -- E-mail
    phone varchar, -- Phone
    website varchar, -- Web address
    industry varchar, -- Industry
    country varchar, -- Country
    source varchar, -- Where it came from
    campaign varchar, -- Campaign it answers
    status varchar, -- State in the source's words
    is_converted boolean not null default false, -- An account, a contact or a deal was made of it
    since_at timestamp, -- Since when it is known, as the source says (UTC)
    owner_id bigint, -- Staff who works on it
    team_id bigint, -- Team that looks after it while nobody owns it
    custom_fields json, -- Fields of the source that the schema does not have
    merged_into_lead_id bigint, -- The lead that it became one with; null while it stands for itself
{record}
);

create sequence core.interaction_id;
create table core.interaction ( -- A call, mail, meeting, chat or note
    id bigint primary key default nextval('core.interaction_id'), -- Key
    kind varchar not null check (kind in ('call', 'mail', 'meeting', 'chat', 'note', 'other')), -- What it was
    subject varchar not null, -- What it was about
    body varchar, -- What was said
    account_id bigint, -- Account
    account_owner_id bigint, -- Owner of that account, kept in step with it
    contact_id bigint, -- With whom
    opportunity_id bigint, -- Deal it was about
    owner_id bigint, -- Staff who had it
    happened_at timestamp, -- When (UTC); null is unknown
    custom_fields json, -- Fields of the source that the schema does not have
{record}
);

create sequence core.task_id;
create table core.task ( -- Planned work
    id bigint primary key default nextval('core.task_id'), -- Key
    subject varchar not null, -- What to do
    account_id bigint, -- Account
    account_owner_id bigint, -- Owner of that account, kept in step with it
    contact_id bigint, -- With whom
    opportunity_id bigint, -- Deal it is for
    owner_id bigint, -- Staff who does it
    due_on date, -- Until when
    done_at timestamp, -- When it was done (UTC); null while it is not
    result varchar, -- What came of it
    custom_fields json, -- Fields of the source that the schema does not have
{record}
);

create sequence core.quote_id;
create table core.quote ( -- An offer for a deal
    id bigint primary key default nextval('core.quote_id'), -- Key
    name varchar not null, -- Number or name
    opportunity_id bigint, -- Deal it is for
    account_id bigint, -- Account
    account_owner_id bigint, -- Owner of that account, kept in step with it
    owner_id bigint, -- Staff who made it
    status varchar not null default 'draft' check (status in ('draft', 'sent', 'accepted', 'rejected', 'expired')), -- State
    issued_on date, -- Day it was made
    expires_on date, -- Last day it holds
    amount decimal(18, 2), -- Value
    currency varchar, -- ISO 4217 code of the value
{record}
);

create sequence core.campaign_id;
create table core.campaign ( -- What marketing planned for chosen accounts
    id bigint primary key default nextval('core.campaign_id'), -- Key
    name varchar not null, -- Name
    channel varchar, -- Mail, phone, post, …
    begins_on date, -- First day
    ends_on date, -- Last day
    cost decimal(18, 2), -- What it cost
    currency varchar, -- ISO 4217 code of the cost
{record}
);

create sequence core.campaign_member_id;
create table core.campaign_member ( -- An account that a campaign chose, treated or held out
    id bigint primary key default nextval('core.campaign_member_id'), -- Key
    campaign_id bigint not null, -- Campaign
    account_id bigint not null, -- Account
    account_owner_id bigint, -- Owner of that account, kept in step with it
    arm varchar not null check (arm in ('treated', 'held_out')), -- Treated, or held out to compare with
    assigned_at timestamp, -- When it was chosen (UTC)
    responded_at timestamp, -- When it answered (UTC); null while it has not
{record}
);

create sequence core.survey_response_id;
create table core.survey_response ( -- An answer to a survey
    id bigint primary key default nextval('core.survey_response_id'), -- Key
    kind varchar not null check (kind in ('csat', 'nps', 'feedback')), -- CSAT 1 to 5, NPS 0 to 10, or words alone
    account_id bigint, -- Account
    account_owner_id bigint, -- Owner of that account, kept in step with it
    contact_id bigint, -- Who answered
    ticket_id bigint, -- Ticket it is about
    score decimal(4, 2) check (score between 0 and 10), -- Score; null where only words were given
    comment varchar, -- In the customer's words
    answered_at timestamp, -- When (UTC)
{record}
);

create sequence core.fx_rate_id;
create table core.fx_rate ( -- Exchange rates into the company's currency
    id bigint primary key default nextval('core.fx_rate_id'), -- Key
    currency varchar not null, -- ISO 4217 code of the foreign money
    valid_on date not null, -- Day from which the rate holds
    rate decimal(18, 8) not null check (rate > 0), -- Company money for one unit of the foreign money
{record}
);

create table core.record_key ( -- Identity: by which key a source knows a record
    object varchar not null, -- Table of the record
    source varchar not null, -- Source system
    key varchar not null, -- Key in that system
    record_id bigint not null, -- The record
    batch_id bigint, -- Load that wrote it
    primary key (object, source, key)
);
