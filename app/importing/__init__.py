"""A network from elsewhere: what its file holds, what of it can be run, what must be asked."""
