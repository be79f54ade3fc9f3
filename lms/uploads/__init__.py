"""Files that come in from outside: looked at before they are decoded, decoded where they do no harm (trust.md §6)."""
