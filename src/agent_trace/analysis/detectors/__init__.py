"""Rules that find waste, risks and oddities in a session: one file each, found by name.

A rule defines PRECEDENCE (a number of its own), Options and `detect(session, options, facts)`, and its docstring says what
it finds, why that matters and what to do.
"""
