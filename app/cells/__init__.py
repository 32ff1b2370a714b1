"""One recurrent cell a file; each exports CELL. The file name is the cell's id."""
