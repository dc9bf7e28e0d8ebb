"""The command line as ``python -m localarea``, for where the command itself is not on the path."""

from localarea.cli import main

if __name__ == "__main__":
    main()
