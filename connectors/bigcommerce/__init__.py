"""BigCommerce: the v2 orders API, the v3 APIs, and the rate window of a store."""
