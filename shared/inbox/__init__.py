"""How a service takes in what it hears: each event once, in order within its key, the bad ones set aside."""
