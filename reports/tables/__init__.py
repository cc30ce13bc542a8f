"""Tables as people see them: headings, cells, and their rendering as text, Markdown, CSV and JSON."""
