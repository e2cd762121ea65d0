"""Every kind × every type, and every kind on no rows at all: values go to Python and come back."""
from case import case
from kinds import KINDS, TYPES, rows_of

CONFS = {"time": {"spark.sql.timeType.enabled": "true"}}

for kind in KINDS:
    for of_type in TYPES:

        @case(f"{kind}_of_{of_type}", confs=CONFS.get(of_type))
        def _(spark, kind=kind, of_type=of_type):
            return KINDS[kind](rows_of(spark, of_type), TYPES[of_type][0])

    for of_type in ("bigint", "string", "struct"):

        @case(f"{kind}_of_no_{of_type}")
        def _(spark, kind=kind, of_type=of_type):
            return KINDS[kind](rows_of(spark, of_type, empty=True), TYPES[of_type][0])

        @case(f"{kind}_of_null_{of_type}")
        def _(spark, kind=kind, of_type=of_type):
            return KINDS[kind](rows_of(spark, of_type).where("v IS NULL"), TYPES[of_type][0])
