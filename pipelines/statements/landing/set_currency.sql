-- The first load with money gives the company its currency.
update ops.company set currency = $currency where currency is null
