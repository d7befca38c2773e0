"""`python -m bot.cli`: the same as `evenhand`, where the command is not on the path."""

from bot.cli.main import main

main()
