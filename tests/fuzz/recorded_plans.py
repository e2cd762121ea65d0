"""Plans as real clients send them: runs the golden snippets and TPC-H's DataFrame programs on a PySpark session whose stub
records the requests and answers with an empty result. No server is needed; what a snippet makes of the empty answers does
not matter."""
import contextlib
import glob
import io
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(HERE, "..", "golden"), os.path.join(HERE, "..", "tpch")]

SNIPPET_SECONDS = 5


class RecordingStub:
    """In place of the gRPC stub: `plans` are the plans seen so far, serialized."""

    def __init__(self, schema):
        import pyarrow
        import pyspark.sql.connect.proto as proto
        from pyspark.sql.connect.types import pyspark_types_to_proto_types
        from pyspark.sql.pandas.types import to_arrow_schema

        self.proto, self.plans, self.to_proto = proto, set(), pyspark_types_to_proto_types
        self.schema = pyspark_types_to_proto_types(schema)
        sink = io.BytesIO()
        columns = to_arrow_schema(schema, timezone="UTC")
        with pyarrow.ipc.new_stream(sink, columns) as writer:
            writer.write_batch(pyarrow.RecordBatch.from_pylist([], columns))
        self.batch = sink.getvalue()

    def record(self, plan):
        self.plans.add(plan.SerializeToString(deterministic=True))

    def ExecutePlan(self, request, **_):
        self.record(request.plan)
        answer = self.proto.ExecutePlanResponse(session_id=request.session_id, operation_id=request.operation_id)
        command = request.plan.command
        if command.HasField("sql_command"):
            answer.sql_command_result.relation.CopyFrom(command.sql_command.input)
        elif command.HasField("checkpoint_command"):
            answer.checkpoint_command_result.relation.relation_id = "r"
        elif request.plan.HasField("root"):
            answer.schema.CopyFrom(self.schema)
            answer.arrow_batch.data = self.batch
        end = self.proto.ExecutePlanResponse(session_id=request.session_id)
        end.result_complete.SetInParent()
        return iter([answer, end])

    def AnalyzePlan(self, request, **_):
        answer = self.proto.AnalyzePlanResponse(session_id=request.session_id)
        kind = request.WhichOneof("analyze")
        asked = getattr(request, kind)
        for field, value in asked.ListFields():
            if field.message_type is not None and field.message_type.name == "Plan":
                self.record(value)
            elif field.message_type is not None and field.message_type.name == "Relation":
                self.record(self.proto.Plan(root=value))
        getattr(answer, kind).SetInParent()
        if kind == "schema":
            answer.schema.schema.CopyFrom(self.schema)
        elif kind == "ddl_parse":
            answer.ddl_parse.parsed.CopyFrom(self.to_proto(columns_of_ddl(asked.ddl_string)))
        return answer

    def Config(self, request, **_):
        answer = self.proto.ConfigResponse(session_id=request.session_id)
        operation = request.operation
        kind = operation.WhichOneof("op_type")
        asked = getattr(operation, kind)
        for key in list(getattr(asked, "keys", [])):
            answer.pairs.add(key=key, value=setting(key))
        for pair in getattr(asked, "pairs", []):
            answer.pairs.add(key=pair.key, value=pair.value or setting(pair.key))
        return answer

    def __getattr__(self, name):
        if not name[0].isupper():
            raise AttributeError(name)

        def refuse(*_, **__):
            raise RuntimeError(f"{name} is not recorded")

        return refuse


def columns_of_ddl(text):
    """Simple columns as they are, nested ones as texts: the client only checks its rows against them."""
    import re
    from pyspark.sql import types as T

    simple = {"int": T.IntegerType(), "integer": T.IntegerType(), "bigint": T.LongType(), "long": T.LongType(),
              "double": T.DoubleType(), "float": T.FloatType(), "boolean": T.BooleanType(), "date": T.DateType(),
              "timestamp": T.TimestampType(), "binary": T.BinaryType(), "short": T.ShortType(), "smallint": T.ShortType(),
              "array<int>": T.ArrayType(T.IntegerType()), "map<string,int>": T.MapType(T.StringType(), T.IntegerType())}
    fields = []
    for column in re.split(r",(?![^<(]*[>)])", text):
        name, _, kind = re.sub(r"(?i)\s*not null|\s*comment.*", "", column).strip().replace(":", " ").partition(" ")
        fields.append(T.StructField(name.strip("`"), simple.get(kind.replace(" ", "").lower(), T.StringType())))
    return T.StructType(fields)


def schema_of_answers():
    """Names that the snippets use, so that many of them go on."""
    from pyspark.sql import types as T

    columns = {"id": T.LongType(), "a": T.IntegerType(), "b": T.StringType(), "name": T.StringType(), "k": T.IntegerType(),
               "v": T.DoubleType(), "d": T.DateType(), "t": T.TimestampType(), "x": T.ArrayType(T.IntegerType()),
               "m": T.MapType(T.StringType(), T.IntegerType())}
    return T.StructType([T.StructField(name, kind) for name, kind in columns.items()])


def setting(key):
    words = key.lower()
    if "timezone" in words:
        return "UTC"
    if any(part in words for part in ("size", "limit", "threshold", "rows", "bytes", "depth", "max")):
        return "100000000"
    if "algorithm" in words:
        return "NONE"
    return "false"


def snippets():
    """(setup and snippet) sources of the golden cases."""
    import case_file

    for path in sorted(glob.glob(os.path.join(HERE, "..", "golden", "**", "*.test"), recursive=True)):
        book = case_file.parse(path)
        for case in book.cases:
            if case.kind == "python":
                setup = [text for kind, text in book.setup + case.before if kind == "python"]
                yield setup, case.text


def tpch(spark):
    import dataframe_queries as programs

    tables = {name: spark.read.parquet(f"/data/{name}.parquet")
              for name in "customer lineitem nation orders part partsupp region supplier".split()}
    for name in dir(programs):
        if name.startswith("q") and name[1:].isdigit():
            with contextlib.suppress(Exception):
                getattr(programs, name)(tables).collect()


def recorded_plans():
    """The serialized spark.connect.Plan messages, distinct, in a steady order."""
    # PySpark's functions ask these which of its two halves is meant; without them it would start Apache Spark.
    os.environ["SPARK_REMOTE"], os.environ["SPARK_CONNECT_MODE_ENABLED"] = "sc://localhost:1", "1"
    import outcome
    from pyspark.sql.connect.session import SparkSession

    outcome.prepare_process()
    spark = SparkSession(connection="sc://localhost:1")
    spark.client._use_reattachable_execute = False
    spark.client.set_retry_policies([])
    stub = RecordingStub(schema_of_answers())
    spark.client._stub = stub
    SparkSession._set_default_and_active_session(spark)
    spark.release_session_on_close = False
    for setup, text in snippets():
        scope = outcome.scope_of(spark, "/data")
        with contextlib.suppress(Exception, outcome.NoAnswer), contextlib.redirect_stdout(io.StringIO()):
            with outcome.time_limit(SNIPPET_SECONDS):
                for before in setup:
                    with contextlib.suppress(Exception):
                        outcome.run_python(before.replace("{DATA}", "/data"), scope)
                value = outcome.run_python(text.replace("{DATA}", "/data"), scope)
                if hasattr(value, "collect"):
                    value.collect()
    tpch(spark)
    return sorted(stub.plans, key=lambda plan: (len(plan), plan))
