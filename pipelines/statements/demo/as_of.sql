-- On which day does the company's clock stand?
select as_of from ops.company
