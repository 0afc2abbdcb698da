"""`python -m xiaotong`: the same as the command `xiaotong`."""

from xiaotong.cli import main

main()
