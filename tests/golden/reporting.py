"""How runners of recorded cases tell their results, with the list of known failures held to."""
import collections


def report(results, known, a):
    """Prints what failed and the line of sums; gives the exit code. `results` are (name, difference or None, seconds); of `a`
    the runner's options strict, list_failures, verbose, width, filtered and paths are read."""
    passed, failed, expected, slow = 0, 0, collections.Counter(), []
    names, passing_files, failing_files = set(), set(), set()
    for name, why, seconds in results:
        names.add(name)
        slow.append((seconds, name))
        reason = known.reason(name)
        file = name.rsplit(":", 1)[0]
        (failing_files if why else passing_files).add(file)
        if why and reason and not a.strict:
            expected[reason] += 1
            continue
        if not why and known.listed_alone(name):
            why = "passes now: remove it from known_failures.txt"
        if why is None:
            passed += 1
            if a.verbose:
                print(f"passed {name} ({seconds:.2f} s)")
            continue
        failed += 1
        if a.list_failures:
            print(name)
        else:
            print(f"FAILED {name}\n  " + why[:a.width].replace("\n", "\n  "), flush=True)
    for key in known.reasons:
        if key.endswith(":*") and key[:-2] in passing_files - failing_files and not a.filtered:
            failed += 1
            print(f"FAILED {key}\n  every case of the file passes now: remove it from known_failures.txt")
    if not a.filtered and not a.paths:
        for key in known.unknown(names):
            failed += 1
            print(f"FAILED {key}\n  known_failures.txt names no such case")
    if a.verbose:
        for seconds, name in sorted(slow, reverse=True)[:10]:
            print(f"slow {seconds:.2f} s {name}")
    for reason, count in expected.most_common():
        print(f"known to fail: {count} × {reason}")
    print(f"{passed} passed, {failed} failed" + (f", {sum(expected.values())} known to fail" if expected else ""))
    return 0 if passed and not failed else 1
