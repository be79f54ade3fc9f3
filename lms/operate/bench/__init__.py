"""The measurements of `make bench`: what a request costs, against the budgets."""
