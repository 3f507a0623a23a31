"""One file for each group of addresses: `router`, and `PORT` where that is not the dashboard's."""
