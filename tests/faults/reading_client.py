"""A client that is killed: reads a large result slowly. Raw gRPC, because it starts faster than PySpark.

    reading_client.py REMOTE SESSION
"""
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "client"))
from wire import Wire, sql_plan

wire = Wire(sys.argv[1], session=sys.argv[2])
request = wire.execute_request(sql_plan("SELECT id, repeat('x', 100) AS text FROM range(20000000)"),
                               reattachable=len(sys.argv[2]) % 2 == 0)
for response in wire.stub.ExecutePlan(request):
    if response.HasField("arrow_batch"):
        print("reading", flush=True)
        time.sleep(0.2)
