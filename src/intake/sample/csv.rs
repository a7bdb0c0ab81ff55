//! Small CSV tables in memory.
//!
//! The roster's tables are small and their cells are made here, so a writer of twenty lines does:
//! a cell with a comma is quoted, and no cell holds a quote or a line break.

/// A table that is being written.
pub struct Table(String);

impl Table {
    /// A table with this header line.
    pub fn new(header: &str) -> Self {
        Self(format!("{header}\n"))
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[&str]) {
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                self.0.push(',');
            }
            let quote = if cell.contains(',') { "\"" } else { "" };
            self.0.extend([quote, cell, quote]);
        }
        self.0.push('\n');
    }

    /// The bytes of the file.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}
