"""Pure translation between the platforms' JSON and our records: money arithmetic and plans; no I/O, no clock."""
