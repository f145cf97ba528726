"""From a confirmed file to the list: staging, applying, sending back, comparing."""
