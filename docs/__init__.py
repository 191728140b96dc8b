"""Documents, and the scripts that write those with numbers in them."""
