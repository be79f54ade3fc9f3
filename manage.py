#!/usr/bin/env python3
"""Django's command line for Tập Huấn."""

import errno
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
    try:
        execute_from_command_line(sys.argv)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            sys.exit("The disk is full: free some space and start again.")
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR) and error.filename:
            sys.exit(f"Cannot write to {error.filename} ({error.strerror}). Set DATA_DIR to a folder of your own.")
        raise
