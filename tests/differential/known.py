"""known.txt: differences that are known and stay, each with its reason. A line: `function  pattern  # reason`; the pattern is a
regular expression that is looked for in `SQL ⇒ kind: difference`. `*` stands for any function."""
import collections
import os
import re

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "known.txt")


class Known:
    def __init__(self, path=PATH):
        self.entries = []
        self.met = collections.Counter()
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if not line.strip() or line.startswith("#"):
                    continue
                match = re.match(r"(\S+)  (.+?)  # (\S.*)", line)
                if not match:
                    raise SystemExit(f"{path}:{number}: needs `function  pattern  # reason`")
                self.entries.append((match[1], re.compile(match[2], re.S), match[3]))

    def reason(self, function, sql, kind, text):
        for name, pattern, reason in self.entries:
            if name in ("*", function) and pattern.search(f"{sql} ⇒ {kind}: {text}"):
                self.met[reason] += 1
                return reason
        return None
