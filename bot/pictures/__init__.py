"""Pictures of a classifier, drawn on the server as SVG for the console and for a report that stands alone."""
