"""The ratchet: cases that are known to fail, each with its reason. The list may only shrink.

A line is `area/file:case_id  reason`; `area/file:*  reason` covers a whole file. A listed case that passes is a failure of
the list, so that nobody forgets to take it off.
"""
import re


class KnownFailures:
    def __init__(self, path):
        self.reasons = {}
        try:
            with open(path, encoding="utf-8") as f:
                lines = f.read().splitlines()
        except FileNotFoundError:
            return
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            match = re.match(r"(\S+:\S+)\s+(\S.*)", line)
            if not match:
                raise SystemExit(f"{path}:{number}: needs `area/file:case  reason`")
            if match[1] in self.reasons:
                raise SystemExit(f"{path}:{number}: {match[1]} is listed twice")
            self.reasons[match[1]] = match[2]

    def reason(self, name):
        return self.reasons.get(name) or self.reasons.get(name.rsplit(":", 1)[0] + ":*")

    def listed_alone(self, name):
        return name in self.reasons

    def unknown(self, names):
        """Entries that name no case (or, with `*`, no file)."""
        files = {name.rsplit(":", 1)[0] for name in names}
        return [key for key in self.reasons if key not in names and not (key.endswith(":*") and key[:-2] in files)]
