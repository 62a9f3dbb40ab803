"""What pages show: the picture, text from documents, tables, tiles and the "why" panel."""
