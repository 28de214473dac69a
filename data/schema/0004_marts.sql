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
    country varchar, -- Country of the order, else of the account
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
