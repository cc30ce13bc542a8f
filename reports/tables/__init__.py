"""Tables for people: headings, cells, and their rendering as text, Markdown, CSV and JSON."""
