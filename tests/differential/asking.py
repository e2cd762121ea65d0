"""Asks a Spark Connect server batches of calls and gives every call's answer by itself, in a form that JSON keeps."""
import dataclasses
import hashlib
import json
import os
import re
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden"))
import outcome

QUERY_SECONDS = 60


def _plain(type_):
    """An Arrow type in which every value has a Python form: instants and days as numbers."""
    import pyarrow as pa

    if pa.types.is_timestamp(type_) or pa.types.is_duration(type_) or pa.types.is_time64(type_):
        return pa.int64()
    if pa.types.is_date32(type_):
        return pa.int32()
    if pa.types.is_list(type_):
        return pa.list_(_plain(type_.value_type))
    if pa.types.is_map(type_):
        return pa.map_(_plain(type_.key_type), _plain(type_.item_type))
    if pa.types.is_struct(type_):
        return pa.struct([pa.field(field.name, _plain(field.type)) for field in type_])
    return type_


def _values(column):
    import pyarrow as pa

    plain = _plain(column.type)
    try:
        column = column.cast(plain) if plain != column.type else column
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        pass
    try:
        return [outcome.encode(_pairs(value)) for value in column.to_pylist()]
    except UnicodeDecodeError:
        return [value if value is None else "0x" + value.hex() for value in column.cast(pa.binary()).to_pylist()]
    except (ValueError, OverflowError):
        return [str(value) for value in column]


def _pairs(value):
    """A map stays the list of its pairs: a dictionary would lose keys given twice and those that do not hash."""
    if isinstance(value, dict):
        return [[key, _pairs(item)] for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return [_pairs(item) for item in value]
    return value


class Asker:
    """A server with a session for each group of settings. Not thread-safe. With `kept` (a path) answers are kept on disk."""

    def __init__(self, remote, kept=None):
        outcome.prepare_process()
        self.remote, self.sessions = remote, {}
        self.kept = sqlite3.connect(kept) if kept else None
        self.queries = 0
        if self.kept:
            self.kept.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer TEXT)")

    def answers(self, batch):
        """The answer of each call of the batch: {"columns", "rows"} or {"error", …}."""
        known = {call: self._recall(batch, call) for call in batch.calls}
        left = [call for call in batch.calls if known[call] is None]
        while left:
            answer = self._query(batch.settings, batch.sql(left))
            if "error" not in answer:
                for call, one in zip(left, self._shares(batch, left, answer)):
                    known[call] = one
                break
            if len(left) == 1:
                known[left[0]] = answer
                break
            culprit = self._culprit(batch, left, answer)
            if culprit is None:
                half = len(left) // 2
                for part in (left[:half], left[half:]):
                    for call, one in zip(part, self.answers(_part(batch, part))):
                        known[call] = one
                break
            by = self._place(batch, left, culprit) - self._place(batch, [culprit], culprit)
            # Places count code points, fragments are cut by UTF-16 units: with characters of two units they do not move alike.
            moved = _moved(answer, by) if batch.sql(left).isascii() else None
            known[culprit] = moved or self._query(batch.settings, batch.sql([culprit]))
            left.remove(culprit)
        if self.kept:
            with self.kept:
                self.kept.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?)",
                                      [(self._key(batch, call), json.dumps(known[call])) for call in batch.calls])
        return [known[call] for call in batch.calls]

    def again(self, batch, call):
        """A fresh answer to one call by itself, as a user would ask it."""
        return self._query(batch.settings, batch.sql([call]))

    def _key(self, batch, call):
        return hashlib.sha1(json.dumps([batch.settings, batch.sql([call])]).encode()).hexdigest()

    def _recall(self, batch, call):
        if not self.kept:
            return None
        row = self.kept.execute("SELECT answer FROM answers WHERE key = ?", (self._key(batch, call),)).fetchone()
        return json.loads(row[0]) if row else None

    def _culprit(self, batch, calls, answer):
        """The call in whose text the error says it arose, or None."""
        if not answer["contexts"] or "start" not in answer["contexts"][0]:
            return None
        # Spark makes array_sort's usual comparator once a process: its errors show the place of the first call of all.
        if calls[0].function == "array_sort" and "INVALID_ORDERING_TYPE" in answer["error"]:
            return None
        # Spark puts the values of ${…} in before it counts places.
        if "${" in batch.sql(calls):
            return None
        place = answer["contexts"][0]["start"]
        for call in calls:
            if 0 <= place - self._place(batch, calls, call) < len(call.expression):
                return call
        return None

    def _place(self, batch, calls, wanted):
        """Where a call stands in the batch's SELECT."""
        before = list(batch.lead) + [call.expression for call in calls[:calls.index(wanted)]]
        return len("SELECT ") + sum(len(text) + 2 for text in before)

    def _shares(self, batch, calls, answer):
        lead = len(batch.lead)
        if len(answer["columns"]) != lead + len(calls):
            assert len(calls) == 1, (batch, answer["columns"])
            return [answer]
        out = []
        for i, call in enumerate(calls):
            rows = [row[:lead] + [row[lead + i]] for row in answer["rows"]]
            if not lead and not call.columns and not batch.source and len(batch.calls) > 1:
                rows = rows[:1]
            out.append({"columns": [answer["columns"][lead + i]], "rows": rows})
        return out

    def _query(self, settings, sql):
        from pyspark.sql.connect.plan import SQL

        self.queries += 1
        if settings not in self.sessions:
            self.sessions[settings] = outcome.new_session(self.remote, settings)
        spark = self.sessions[settings]
        try:
            with outcome.time_limit(QUERY_SECONDS):
                client = spark.client
                table, schema = client.to_table(SQL(sql).to_proto(client), {})[:2]
                columns = [_values(column) for column in table.columns]
                return {"columns": outcome.columns_of(schema), "rows": [list(row) for row in zip(*columns)]}
        except outcome.NoAnswer:
            del self.sessions[settings]
            return {"error": "no answer in time", "params": None, "contexts": [], "message": ""}
        except Exception as e:
            error = outcome.error_of(e, "{DATA}")
            if "StatusCode.UNAVAILABLE" in (error.message or ""):
                raise ConnectionError(f"{self.remote} is gone: {sql[:200]}") from None
            return {"error": error.error, "params": error.params, "contexts": error.contexts, "message": error.message}


def _moved(answer, by):
    """A batch's analysis error as the call alone gives it, so many characters further left; None for errors of values, whose
    messages show the text around."""
    place = re.search(r"; line 1 pos (\d+)\Z", answer["message"] or "")
    if not place or "== SQL" in answer["message"] or len(answer["contexts"]) != 1:
        return None
    context = dict(answer["contexts"][0])
    context.update(start=context["start"] - by, stop=context["stop"] - by)
    message = answer["message"][:place.start()] + f"; line 1 pos {int(place[1]) - by}"
    return {**answer, "contexts": [context], "message": message}


def _part(batch, calls):
    return dataclasses.replace(batch, calls=tuple(calls))

