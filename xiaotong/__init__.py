"""The command line and the supervisor: what a person types, what keeps the processes running."""
