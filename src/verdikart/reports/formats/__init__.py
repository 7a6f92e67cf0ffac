"""Writers: one document as slides, note, workbook or data package."""
