"""The files of a report beside its page: a PDF to keep or hand on, a workbook to work in, and data for machines."""
