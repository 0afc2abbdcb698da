"""Where things are kept: tables, transactions, journal, migrations, embedded outside systems."""
