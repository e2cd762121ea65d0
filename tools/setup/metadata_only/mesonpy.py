"""nanoarrow's build backend, replaced: see backend.py."""

from backend import *  # noqa: F401,F403
