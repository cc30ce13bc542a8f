"""From recorded exchanges to outcomes. Nothing here can ask a model."""
