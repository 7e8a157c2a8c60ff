"""`python -m evenhand.cli`: the command line, where no script is installed.

Knows:    nothing.
Told:     by the shell.
Answers:  what `evenhand.cli.app` answers.
Trusted:  as the command line.
"""

from evenhand.cli.app import main

if __name__ == "__main__":
    main()
