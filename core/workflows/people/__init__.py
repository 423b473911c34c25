"""Who there is: accounts, passwords, signing in, and the record of who did what."""
