//! A paper: sections of text, numbered figures and tables. It becomes JSON for the template, and files beside the PDF.

use crate::rendering::dates::{date_short, month_year};
use crate::rendering::fonts::Fonts;
use crate::rendering::names::clean;
use crate::rendering::{Manuscript, Words};
use crate::scoring::tables::Cell;
use serde_json::{Value, json};

/// The folder of the figures.
pub const FIGURES: &str = "figures";
/// The folder of the tables.
pub const TABLES: &str = "tables";

/// A chart of a figure.
#[derive(Debug, Clone)]
pub struct Panel {
    /// A title above it, possibly empty.
    pub title: String,
    /// What a screen reader says in its place.
    pub alt: String,
    /// The drawing.
    pub svg: String,
}

/// A figure: charts beside each other, and what is to be seen in them.
#[derive(Debug, Clone)]
pub struct Figure {
    /// Its name in file names.
    pub name: &'static str,
    /// Its charts.
    pub panels: Vec<Panel>,
    /// How many stand side by side.
    pub columns: usize,
    /// What it shows, and what is to be seen in these data.
    pub caption: String,
}

/// How a column of numbers is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// As text or whole numbers.
    Plain,
    /// With so many decimals.
    Decimals(usize),
    /// As a probability.
    P,
    /// A date as its month.
    Month,
}

/// A column: its name in the CSV file, its heading, how it is shown.
#[derive(Debug, Clone)]
pub struct Column {
    /// The name in the file.
    pub name: &'static str,
    /// The heading on the page.
    pub head: String,
    /// How its values are shown.
    pub shown: Shown,
}

/// A table of a paper.
#[derive(Debug, Clone)]
pub struct Grid {
    /// Its name in file names.
    pub name: &'static str,
    /// What it shows.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// All its rows.
    pub rows: Vec<Vec<Cell<'static>>>,
    /// How many of them the page shows; the file has all.
    pub most_rows: usize,
    /// What stands below it.
    pub note: Option<String>,
}

/// As many rows as a page should show of a table, unless all are few.
pub const MOST_ROWS: usize = 60;

/// A piece of a section.
#[derive(Debug, Clone)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// A heading within the section.
    Heading(String),
    /// Points.
    List(Vec<String>),
    /// A figure.
    Figure(Figure),
    /// A table.
    Table(Grid),
    /// A formula by its name in the template, with the words around it.
    Formula {
        /// The name.
        id: &'static str,
        /// What it defines.
        title: String,
        /// In sentences.
        text: String,
        /// The formula in words.
        alt: String,
        /// What its letters mean.
        places: Option<String>,
        /// Where it comes from.
        source: Option<String>,
    },
}

/// A section.
#[derive(Debug, Clone)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// Whether it stands behind the paper.
    pub appendix: bool,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A paper.
#[derive(Debug, Clone)]
pub struct Paper {
    /// Its title.
    pub title: String,
    /// Below the title.
    pub subtitle: String,
    /// The author: the organization whose study it is, or the program.
    pub organization: String,
    /// The period in words.
    pub period: String,
    /// Name and value of what the paper is based on.
    pub facts: Vec<(String, String)>,
    /// The main results.
    pub summary: Vec<String>,
    /// Its sections.
    pub sections: Vec<Section>,
}

/// A file beside the PDF.
pub struct Attachment {
    /// Folder and name.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl Paper {
    fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.sections.iter().flat_map(|section| &section.blocks)
    }

    fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.blocks().filter_map(|block| if let Block::Figure(figure) = block { Some(figure) } else { None })
    }

    fn tables(&self) -> impl Iterator<Item = &Grid> {
        self.blocks().filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None })
    }

    /// The paper as it is typeset: a character that no font has is a question mark there.
    #[must_use]
    pub fn manuscript(&self, words: &Words, fonts: &Fonts) -> Manuscript {
        // The charts in the order in which the template asks for them.
        let charts = self.figures().flat_map(|figure| &figure.panels).map(|panel| panel.svg.clone()).collect();
        let mut report = self.json(words);
        make_legible(&mut report, fonts);
        Manuscript { template: "study", report: report.to_string(), charts }
    }

    /// Figures as SVG and tables as CSV.
    ///
    /// # Errors
    /// A table cannot be written: a bug.
    pub fn attachments(&self) -> csv::Result<Vec<Attachment>> {
        let mut files = Vec::new();
        for (number, figure) in self.figures().enumerate() {
            for (letter, panel) in ('a'..='z').zip(&figure.panels) {
                let letter = if figure.panels.len() > 1 { letter.to_string() } else { String::new() };
                let path = format!("{FIGURES}/figure-{:02}{letter}-{}.svg", number + 1, figure.name);
                files.push(Attachment { path, bytes: panel.svg.clone().into_bytes() });
            }
        }
        for (number, table) in self.tables().enumerate() {
            let path = format!("{TABLES}/table-{:02}-{}.csv", number + 1, table.name);
            files.push(Attachment { path, bytes: table.csv()? });
        }
        Ok(files)
    }

    /// What the template shows.
    fn json(&self, words: &Words) -> Value {
        let mut numbering = Numbering { words, figures: 0, tables: 0, charts: 0 };
        let sections = self.sections.iter().map(|section| {
            let blocks: Vec<Value> = section.blocks.iter().map(|block| numbering.block(block)).collect();
            json!({ "title": section.title, "appendix": section.appendix, "blocks": blocks })
        });
        let sections: Vec<Value> = sections.collect();
        json!({
            "lang": words.language(),
            "title": self.title,
            "subtitle": self.subtitle,
            "organization": self.organization,
            "week": self.period,
            "document_note": words.word("study.document_note"),
            "page_of": words.word("teacher.page_of"),
            "facts": self.facts,
            "summary": { "title": words.word("study.summary.title"), "sentences": self.summary },
            "contents": words.word("study.contents"),
            "sections": sections,
        })
    }
}

impl Grid {
    fn csv(&self) -> csv::Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(self.columns.iter().map(|column| column.name))?;
        for row in &self.rows {
            writer.write_record(row.iter().map(Cell::csv))?;
        }
        writer.into_inner().map_err(|error| error.into_error().into())
    }
}

/// Numbers figures and tables as they come.
struct Numbering<'a> {
    words: &'a Words,
    figures: usize,
    tables: usize,
    charts: usize,
}

impl Numbering<'_> {
    fn block(&mut self, block: &Block) -> Value {
        match block {
            Block::Text(text) => json!({ "kind": "text", "text": text }),
            Block::Heading(text) => json!({ "kind": "heading", "text": text }),
            Block::List(items) => json!({ "kind": "list", "items": items }),
            Block::Figure(figure) => self.figure(figure),
            Block::Table(table) => self.table(table),
            Block::Formula { id, title, text, alt, places, source } => json!({
                "kind": "formula", "id": id, "title": title, "text": text, "alt": alt, "where": places, "source": source,
            }),
        }
    }

    fn figure(&mut self, figure: &Figure) -> Value {
        self.figures += 1;
        let from = self.charts;
        self.charts += figure.panels.len();
        let of = |text: fn(&Panel) -> &String| figure.panels.iter().map(text).cloned().collect::<Vec<String>>();
        json!({
            "kind": "figure",
            "label": self.words.say("study.figure", &[("number", &self.figures.to_string())]),
            "charts": (from..self.charts).collect::<Vec<usize>>(),
            "alts": of(|panel| &panel.alt),
            "titles": of(|panel| &panel.title),
            "columns": figure.columns,
            "caption": figure.caption,
        })
    }

    fn table(&mut self, table: &Grid) -> Value {
        self.tables += 1;
        let shown = table.rows.iter().take(table.most_rows);
        let row = |row: &Vec<Cell<'_>>| {
            row.iter().zip(&table.columns).map(|(cell, column)| show(self.words, cell, column.shown)).collect()
        };
        let rows: Vec<Vec<String>> = shown.map(row).collect();
        let text = |index: usize| table.rows.iter().any(|row| matches!(row[index], Cell::Text(_)));
        let align = |index: usize| if text(index) { "start" } else { "end" };
        json!({
            "kind": "table",
            "label": self.words.say("study.table", &[("number", &self.tables.to_string())]),
            "caption": table.caption,
            "head": table.columns.iter().map(|column| &column.head).collect::<Vec<_>>(),
            "align": (0..table.columns.len()).map(align).collect::<Vec<_>>(),
            "rows": rows,
            "note": self.note(table),
        })
    }

    fn note(&self, table: &Grid) -> Option<String> {
        let more = table.rows.len().checked_sub(table.most_rows).filter(|more| *more > 0);
        let cut = more.map(|more| self.words.count("study.table_cut", i64::try_from(more).unwrap_or(i64::MAX), &[]));
        let notes: Vec<String> = table.note.iter().cloned().chain(cut).collect();
        (!notes.is_empty()).then(|| notes.join(&self.words.word("study.list.sentence")))
    }
}

fn make_legible(value: &mut Value, fonts: &Fonts) {
    match value {
        Value::String(text) if !text.is_ascii() || text.contains(|letter: char| letter.is_control()) => {
            let legible = |letter: char| if fonts.cover(letter.encode_utf8(&mut [0; 4])) { letter } else { '?' };
            *text = clean(text).chars().map(legible).collect();
        }
        Value::Array(values) => values.iter_mut().for_each(|value| make_legible(value, fonts)),
        Value::Object(values) => values.values_mut().for_each(|value| make_legible(value, fonts)),
        _ => {}
    }
}

fn show(words: &Words, cell: &Cell<'_>, shown: Shown) -> String {
    match (cell, shown) {
        (Cell::Nothing, _) => words.word("number.undefined"),
        (Cell::Number(p), Shown::P) => words.p_value(*p),
        (Cell::Number(number), Shown::Decimals(places)) => words.decimal(*number, places),
        (Cell::Day(day), Shown::Month) => month_year(words, *day),
        (Cell::Day(day), _) => date_short(words, *day),
        (Cell::Count(count), _) => words.number(*count),
        (Cell::Number(number), _) => words.decimal(*number, 2),
        (Cell::Text(text), _) => text.to_string(),
    }
}
