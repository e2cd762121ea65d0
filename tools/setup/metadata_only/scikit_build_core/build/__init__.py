"""DuckDB's build backend wraps this module; replaced: see backend.py."""

from backend import *  # noqa: F401,F403
