"""What the queries of the mix must answer, by arithmetic."""


def below(n):
    """0 + 1 + … + (n - 1)"""
    return n * (n - 1) // 2


def group_size(n, k, g):
    """How many of 0 … n - 1 leave the remainder g by k."""
    return (n - 1 - g) // k + 1 if g < n else 0


def group_sum(n, k, g):
    c = group_size(n, k, g)
    return c * g + k * below(c)


def multiples(n, m):
    """How many of 0 … n - 1 are multiples of m."""
    return (n + m - 1) // m


def next_prime(n):
    while any(n % d == 0 for d in range(2, int(n**0.5) + 1)):
        n += 1
    return n


def letter(i):
    return chr(65 + i % 26)
