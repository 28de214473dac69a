left join resolved_{name} on resolved_{name}.value = lines.{field} and resolved_{name}.candidates = 1
