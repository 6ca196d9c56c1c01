"""What BigCommerce's answers say, in our own words; nothing is fetched here."""
