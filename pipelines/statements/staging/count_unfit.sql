-- How many staged records lack a required value or have a word that nothing stands for?
select count(*) from {staged} where {unfit}
