"""The doors and the wiring: webhooks, console, command line, settings; here real things are made."""
