"""The proofs of `make prove`: processes are killed in the middle, and what survived is counted."""
