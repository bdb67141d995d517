"""What the shop speaks of: products, carts, orders, money. Depends on nothing."""
