-- Write the same thing by one name.
update {staged} set {field} = spelled.name from spelled where {field} = spelled.said
