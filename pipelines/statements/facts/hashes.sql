-- The hashes of all staged lines, to find those that stand there more than once.
select {hash} as value from {staged}
