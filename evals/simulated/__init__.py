"""A real HTTP endpoint on loopback whose models are scripted respondents with a known truth.

`server` runs it, and `respondents` defines who answers; `evals.simulated.trial_headers` defines how a request
names its instance. Nothing is imported here, so that importing one module does not load the server.
"""
