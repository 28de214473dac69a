-- What the accounts that changed gave before is to be taken away.
update mart.next_{name} set {sums}
