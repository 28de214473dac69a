-- Marts: the tables that KPIs of sales are counted from; refresh builds and replaces their rows.
create table mart.sale_line ( -- What was sold or came back, with everything it is counted by, cancelled orders left out; grain: order line
    order_line_id bigint not null, -- Order line
    order_id bigint not null, -- Order
    account_id bigint, -- Account; null for an anonymous sale
    account_owner_id bigint, -- Owner of the account
    credited_owner_id bigint, -- Staff who is credited
    product_id bigint, -- Product
    category varchar, -- Category of the product
    industry varchar, -- Industry of the account
    region varchar, -- Region of the order, else of the account
    channel varchar, -- Channel
    ordered_on date not null, -- Day in the company's time zone on which the order was placed
    sold_on date not null, -- Day in the company's time zone on which it was sold or came back
    quantity decimal(18, 3) not null, -- How many; negative when they came back
    revenue decimal(18, 2), -- Amount in the company's currency; null without a rate
    cost decimal(18, 2), -- What the goods cost the company in its currency; null where it is not known
    is_return boolean not null, -- The goods came back
    batch_id bigint not null, -- Load that last changed the line
    record_number bigint not null -- Record of that load
);

create table mart.account_profile ( -- An account and when what happened with it; grain: account
    account_id bigint not null, -- Account
    account_owner_id bigint, -- Its owner
    since_on date, -- Since when it is a customer: the source's word, else its first dated event
    first_order_on date, -- Day of the first order
    last_order_on date, -- Day of the latest order
    count_orders bigint not null, -- Orders with a sold line, returns and cancelled ones left out
    revenue decimal(18, 2) not null -- Revenue of all time in the company's currency
);

create table mart.sale_order ( -- What each order brought on each day; grain: order and day on which lines of it were sold or came back, or it was placed
    order_id bigint not null, -- Order
    account_id bigint, -- Account; null for an anonymous sale
    account_owner_id bigint, -- Owner of the account
    credited_owner_id bigint, -- Staff who is credited
    industry varchar, -- Industry of the account
    region varchar, -- Region of the order, else of the account
    channel varchar, -- Channel
    ordered_on date not null, -- Day on which the order was placed
    sold_on date not null, -- The day
    is_return boolean not null, -- The order does not count on this day: goods came back, or were sold on another day than it was placed
    count_lines bigint not null, -- Lines sold or come back
    quantity decimal(18, 3), -- How many; negative when they came back
    revenue decimal(18, 2), -- Amount of the lines with a rate, in the company's currency
    count_valued bigint not null, -- Lines with a rate
    margin decimal(18, 2), -- Revenue less cost of the lines with both
    revenue_with_cost decimal(18, 2), -- Revenue of the lines with a cost
    count_costed bigint not null, -- Lines with a rate and a cost
    quantity_returned decimal(18, 3), -- How many came back
    quantity_sold decimal(18, 3), -- How many were sold
    count_orders bigint not null, -- 1 on the day on which the order counts, else 0
    valued_revenue decimal(18, 2), -- On the day on which the order counts: what it is worth, if each of its lines has a rate
    count_valued_orders bigint not null, -- 1 where it is worth something
    counted_account_id bigint, -- Account under which the marts by day count it, until they are counted anew
    counted_owner_id bigint -- Its owner then
);

create table mart.sale_day ( -- What adds up of the orders of a day; grain: day, owner of the account and credited staff, perhaps in several rows
    sold_on date not null, -- The day
    account_owner_id bigint, -- Owner of the accounts
    credited_owner_id bigint, -- Staff who is credited
    count_lines bigint not null, -- Lines sold or come back
    quantity decimal(18, 3), -- How many; those that came back are negative
    revenue decimal(18, 2), -- Amount of the lines with a rate, in the company's currency
    count_valued bigint not null, -- Lines with a rate
    margin decimal(18, 2), -- Revenue less cost of the lines with both
    revenue_with_cost decimal(18, 2), -- Revenue of the lines with a cost
    count_costed bigint not null, -- Lines with a rate and a cost
    quantity_returned decimal(18, 3), -- How many came back
    quantity_sold decimal(18, 3), -- How many were sold
    count_orders bigint not null, -- Orders placed
    valued_revenue decimal(18, 2), -- What the orders placed are worth of which each line has a rate
    count_valued_orders bigint not null -- Orders placed of which each line has a rate
);

create table mart.account_day ( -- How numbers of accounts change on a day, so that their sum up to a day is what stands on it; grain: day and owner of the account, perhaps in several rows
    changes_on date not null, -- The day
    account_owner_id bigint, -- Owner of the accounts
    count_active bigint not null, -- Accounts that ordered within 90 days
    count_customers bigint not null, -- Accounts that ordered within 365 days
    count_churned bigint not null, -- Those of them that are silent
    count_repeat bigint not null, -- Accounts with two orders or more within 365 days
    count_measured bigint not null, -- Accounts with revenue in the 365 days before the last 365
    revenue_before decimal(18, 2) not null, -- Their revenue then
    revenue_now decimal(18, 2) not null, -- Their revenue of the last 365 days
    revenue_kept decimal(18, 2) not null -- The part of it that is no more than what each bought before
);
