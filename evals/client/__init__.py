"""The HTTP client. Importing the room itself loads no HTTP library; `client.client` does."""
