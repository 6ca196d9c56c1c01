"""A realistic shop: what people put into their carts, and what the store makes of it."""
