//! Typesetting: a template and a report become a PDF that a screen reader can read (PDF/UA-1).
//!
//! Fonts, library and sources are made once; a document's own data are two or three virtual files. Nothing is read from
//! disk and no clock is asked, so equal reports give equal bytes.

use super::fonts::Fonts;
use super::templates::Templates;
use crate::problem::{Outcome, Problem, Problems};
use std::collections::HashMap;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// What is typeset: a template's name, the report as JSON, and its charts as SVG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manuscript {
    /// The template, such as `teacher`.
    pub template: &'static str,
    /// The report.
    pub report: String,
    /// The charts, in the report's order.
    pub charts: Vec<String>,
}

/// Typesets documents; shared by all threads.
pub struct Typesetter {
    library: LazyHash<Library>,
    fonts: Fonts,
    sources: HashMap<FileId, Source>,
    standards: PdfStandards,
}

impl Typesetter {
    /// A typesetter with these templates.
    ///
    /// # Errors
    /// typst does not know PDF/UA-1 (a bug).
    pub fn new(templates: &Templates) -> Outcome<Self> {
        let standards = PdfStandards::new(&[PdfStandard::Ua_1])
            .map_err(|error| Problem::new("typst", error.message().to_string()))?;
        let sources = templates.typst().map(|(name, text)| {
            let id = file(&format!("{name}.typ"));
            (id, Source::new(id, text.to_string()))
        });
        Ok(Self {
            library: LazyHash::new(Library::default()),
            fonts: Fonts::load(),
            sources: sources.collect(),
            standards,
        })
    }

    /// The fonts.
    #[must_use]
    pub fn fonts(&self) -> &Fonts {
        &self.fonts
    }

    /// Typesets one document.
    ///
    /// # Errors
    /// The template is wrong, or refuses the report; each with its line.
    pub fn set(&self, manuscript: &Manuscript) -> Outcome<Vec<u8>> {
        let desk = Desk::new(self, manuscript);
        let document = typst::compile::<PagedDocument>(&desk).output.map_err(|errors| desk.problems(&errors))?;
        let options = PdfOptions {
            ident: Smart::Custom(super::Digest::of(&[manuscript.report.as_bytes()]).0),
            creator: Smart::Custom(Some("plaudit".into())),
            standards: self.standards.clone(),
            ..PdfOptions::default()
        };
        let pdf = typst_pdf::pdf(&document, &options).map_err(|errors| desk.problems(&errors));
        // Keeping typst's cache makes different documents no faster and grows without end.
        comemo::evict(0);
        pdf
    }
}

fn file(name: &str) -> FileId {
    let path = VirtualPath::new(format!("/{name}")).expect("names of templates are plain");
    FileId::new(RootedPath::new(VirtualRoot::Project, path))
}

/// One document's view of the world.
struct Desk<'a> {
    shared: &'a Typesetter,
    main: FileId,
    files: HashMap<FileId, Bytes>,
}

impl<'a> Desk<'a> {
    fn new(shared: &'a Typesetter, manuscript: &Manuscript) -> Self {
        let charts = manuscript.charts.iter().enumerate();
        let charts = charts.map(|(index, svg)| (file(&format!("chart-{index}.svg")), Bytes::from_string(svg.clone())));
        let report = (file("report.json"), Bytes::from_string(manuscript.report.clone()));
        let files = charts.chain([report]).collect();
        Self { shared, main: file(&format!("{}.typ", manuscript.template)), files }
    }

    fn problems(&self, errors: &[SourceDiagnostic]) -> Problems {
        Problems(errors.iter().map(|error| self.problem(error)).collect())
    }

    fn problem(&self, error: &SourceDiagnostic) -> Problem {
        let place = error.span.id().and_then(|id| {
            let source = self.source(id).ok()?;
            let line = source.lines().byte_to_line(self.range(error.span)?.start)?;
            Some(format!("templates/reports{}:{}", id.vpath().get_with_slash(), line + 1))
        });
        let place = place.unwrap_or_else(|| format!("templates/reports{}", self.main.vpath().get_with_slash()));
        let problem = Problem::new(place, error.message.to_string());
        match error.hints.first() {
            Some(hint) => problem.hint(hint.v.to_string()),
            None => problem,
        }
    }
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.shared.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.shared.fonts.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.shared.sources.get(&id).cloned().ok_or_else(|| not_found(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or_else(|| not_found(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shared.fonts.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn not_found(id: FileId) -> FileError {
    FileError::NotFound(id.vpath().get_without_slash().into())
}
