"""Pages of complaints: the list, one complaint, registering one, reading a file of them."""
