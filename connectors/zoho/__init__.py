"""Zoho Books and Zoho Inventory: two windows on one organization."""
