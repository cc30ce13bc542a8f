"""A real HTTP endpoint on loopback whose models are scripted respondents with a known truth.

`server` runs it, `respondents` says who answers, `headers` says how a request names its instance. Nothing is
imported here: the client needs `headers` alone, and must not load a server with it.
"""
