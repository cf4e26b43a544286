# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Run the command line from a checkout: `python cli.py read`. Installed, the command is `cccd`."""

from cccd_reader.cli import main

if __name__ == "__main__":
    main()
