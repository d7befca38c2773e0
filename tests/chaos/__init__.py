"""The desk's processes are killed while people ask; every question must end in one ticket and one answer."""
