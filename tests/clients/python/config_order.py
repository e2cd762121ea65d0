"""Opens a session with the given configuration, call by call as an ordinary program does, and says what it then reads.

    config_order.py REMOTE KEY=VALUE…
"""
import sys

from pyspark.sql import SparkSession

builder = SparkSession.builder.remote(sys.argv[1])
for pair in sys.argv[2:]:
    builder = builder.config(*pair.split("=", 1))
spark = builder.getOrCreate()
print(spark.range(3).count(), spark.conf.get("spark.sql.shuffle.partitions"))
spark.stop()
