-- The revenue of a year stands with each account, so that its grade is told without counting all orders.
alter table mart.account_profile add column revenue_year decimal(18, 2); -- Revenue of the 365 days up to the day of the count, in the company's currency; null until it is counted
