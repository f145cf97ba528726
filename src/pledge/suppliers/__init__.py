"""An organisation's suppliers: reading any spreadsheet safely, columns, validation, risk, import."""
