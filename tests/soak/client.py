"""One client process of the soak: draws operations until the time is over, tells each begin and end as a line of JSON.

    client.py --remote sc://… --seed S --client N --life L --folder DIR [--seconds 60 | --from K --count 1]

The second form repeats one operation of a finding. A client that vanishes says so and kills itself.
"""
import argparse
import json
import logging
import os
import signal
import sys
import time
import traceback
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import mix


def tell(**line):
    os.write(1, (json.dumps(line) + "\n").encode())


def vanish():
    tell(vanish=True)
    os.kill(os.getpid(), signal.SIGKILL)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--remote", required=True)
    p.add_argument("--seed", required=True)
    p.add_argument("--client", type=int, required=True)
    p.add_argument("--life", type=int, default=0)
    p.add_argument("--folder", required=True)
    p.add_argument("--seconds", type=float, default=1e9)
    p.add_argument("--from", type=int, default=0, dest="first")
    p.add_argument("--count", type=int, default=1 << 60)
    p.add_argument("--vanish-after", type=float, default=0, help="seconds")
    a = p.parse_args()
    begun = time.monotonic()
    until = begun + a.seconds
    os.environ["TZ"] = "UTC"
    time.tzset()
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    mix.load()
    client = mix.Client(a.remote, a.seed, a.client, a.life, a.folder)
    client.on_vanish, client.may_vanish_at = vanish, begun + a.vanish_after
    k = a.first
    while time.monotonic() < until and k < a.first + a.count:
        name, _, function = client.draw(k)
        tell(begin=name, k=k)
        started, error = time.perf_counter(), None
        try:
            function(client)
        except Exception as e:  # noqa: BLE001 - every failure is a finding
            error = f"{type(e).__name__}: {str(e)[:2000]}"
            print(f"{client.name} {name} {k}", traceback.format_exc(), sep="\n", file=sys.stderr, flush=True)
        tell(end=name, k=k, seconds=time.perf_counter() - started, error=error)
        k += 1
    client.spark.stop()
    tell(left=True)
    os._exit(0)  # a query thread that hangs was already counted


if __name__ == "__main__":
    main()
