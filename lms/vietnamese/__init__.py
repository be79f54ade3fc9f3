"""Vietnamese text: cleaning at every door, folding for search, keys for sorting, fields that keep them."""
