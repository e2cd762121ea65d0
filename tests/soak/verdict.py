"""The closing lines of a long run."""

MOST_FINDINGS = 20


def verdict(checks, answers=0, findings=()):
    """Prints the first findings, the checks that failed, and `N passed, N failed`; gives the exit code.

    checks: {what: whether}. answers: how many were right. findings: a text for each that was not."""
    for text in findings[:MOST_FINDINGS]:
        print(text)
    wrong = [name for name, good in checks.items() if not good]
    for name in wrong:
        print(f"failed: {name}")
    failed = len(findings) + len(wrong)
    print(f"{answers + len(checks) - len(wrong)} passed, {failed} failed")
    return 1 if failed else 0
