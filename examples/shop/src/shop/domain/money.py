"""Money as whole cents: no fraction of a cent is ever stored or added."""

Cents = int


def percent_of(amount: Cents, percent: int) -> Cents:
    """A percentage of an amount that is not negative, rounded half up.

    >>> percent_of(1050, 5)
    53
    """
    return (amount * percent + 50) // 100
