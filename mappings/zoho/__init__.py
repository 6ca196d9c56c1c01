"""What Zoho is to be told, and what its answers mean; nothing is sent here."""
