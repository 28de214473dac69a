-- In which currency does the company count?
select currency from ops.company
