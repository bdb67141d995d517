"""Numbers in the result files of other tools: one small reader a tool."""
