"""The HTTP client. Importing this package loads no HTTP library; importing `client.client` does."""
