"""The API of buying: baskets, delivery and orders for apps, by the same rules as the pages."""
