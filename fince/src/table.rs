//! Text tables for terminals: columns as wide as their text, numbers to the right.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use crate::output::{Paint, one_line};

/// Cells wider than this are cut, and the cut is shown.
const WIDTH_MAX: usize = 60;

/// Which side a column leans to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lean {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// Rows to be shown together.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    header: Vec<String>,
    lean: Vec<Lean>,
    rows: Vec<Vec<String>>,
    /// The last column may be as long as it likes: nothing stands behind it.
    open_end: bool,
}

impl Table {
    /// An empty table with these columns.
    pub(crate) fn new(columns: impl IntoIterator<Item = (impl AsRef<str>, Lean)>) -> Self {
        let (header, lean) = columns.into_iter().map(|(name, lean)| (cut(one_line(name.as_ref())), lean)).unzip();
        Self { header, lean, rows: Vec::new(), open_end: false }
    }

    /// The same table with a last column that is never cut, for descriptions.
    pub(crate) fn open_end(self) -> Self {
        Self { open_end: true, ..self }
    }

    /// Adds a row, a cell for each column.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = impl AsRef<str>>) {
        let mut row: Vec<String> = cells.into_iter().map(|text| one_line(text.as_ref())).collect();
        let cuttable = row.len() - usize::from(self.open_end && !row.is_empty());
        for text in row.iter_mut().take(cuttable) {
            *text = cut(std::mem::take(text));
        }
        self.rows.push(row);
    }

    /// How many rows.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The text, without a last line end.
    pub(crate) fn render(&self, paint: Paint) -> String {
        let mut widths: Vec<usize> = self.header.iter().map(|name| name.width()).collect();
        for row in &self.rows {
            for (width, text) in widths.iter_mut().zip(row) {
                *width = (*width).max(text.width());
            }
        }
        let mut text = paint.bold(&self.line(&self.header, &widths));
        let rule: Vec<String> = widths.iter().map(|width| "─".repeat((*width).min(WIDTH_MAX))).collect();
        let _ = write!(text, "\n{}", paint.dim(&rule.join("  ")));
        for row in &self.rows {
            let _ = write!(text, "\n{}", self.line(row, &widths));
        }
        text
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for (index, ((text, width), lean)) in cells.iter().zip(widths).zip(&self.lean).enumerate() {
            let pad = " ".repeat(width.saturating_sub(text.width()));
            let gap = if index == 0 { "" } else { "  " };
            let _ = match lean {
                Lean::Left => write!(line, "{gap}{text}{pad}"),
                Lean::Right => write!(line, "{gap}{pad}{text}"),
            };
        }
        line.trim_end().to_owned()
    }
}

fn cut(text: String) -> String {
    if text.width() <= WIDTH_MAX {
        return text;
    }
    let mut cut = String::new();
    for c in text.chars() {
        if cut.width() >= WIDTH_MAX - 1 {
            break;
        }
        cut.push(c);
    }
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_hostile_cells_stay_on_their_line() {
        let mut table = Table::new([("name", Lean::Left), ("balance", Lean::Right)]);
        table.row(["größe", "1.00"]);
        table.row(["a\nb", "12345.67"]);
        insta::assert_snapshot!(table.render(Paint(false)), @r"
        name    balance
        ─────  ────────
        größe      1.00
        a\nb   12345.67
        ");
    }

    #[test]
    fn a_long_cell_is_cut_and_shows_it() {
        let mut table = Table::new([("text", Lean::Left)]);
        table.row(["x".repeat(200)]);
        let text = table.render(Paint(false));
        let last = text.lines().last().expect("a row");
        assert_eq!((last.chars().count(), last.ends_with("x…")), (WIDTH_MAX, true));
    }

    #[test]
    fn an_open_end_is_never_cut() {
        let mut table = Table::new([("text", Lean::Left)]).open_end();
        table.row(["x".repeat(200)]);
        assert!(table.render(Paint(false)).ends_with(&"x".repeat(200)));
    }

    #[test]
    fn an_empty_first_cell_keeps_its_place() {
        let mut table = Table::new([("a", Lean::Left), ("b", Lean::Left)]);
        table.row(["", "x"]);
        assert!(table.render(Paint(false)).ends_with("\n   x"));
    }
}
