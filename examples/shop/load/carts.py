"""What the benchmark of prices is given."""

from shop.domain.models import Line


def full_cart() -> list[Line]:
    """As much as a cart holds."""
    return [Line(number, f"Mug No. {number}", 995, number % 60 + 1) for number in range(50)]
