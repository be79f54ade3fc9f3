"""Official papers: one `Paper` of paragraphs and tables, written as XLSX, DOCX, PDF or CSV (docs/papers.md)."""
