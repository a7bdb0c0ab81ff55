//! The templates: those that come with the program, and an administrator's own, which go before them.
//!
//! Templates read no files; what they may use is loaded here, by name.

use super::Digest;
use super::words::Words;
use crate::problem::{Outcome, Problem, Problems, nearest};
use std::collections::BTreeMap;
use std::path::Path;

/// Names and texts of the built-in templates, as below `templates/`.
macro_rules! built_in {
    ($($name:literal),+ $(,)?) => { [$(($name, include_str!(concat!("../../templates/", $name)))),+] };
}

const BUILT_IN: &[(&str, &str)] = &built_in![
    "reports/teacher.typ",
    "reports/family.typ",
    "reports/study.typ",
    "reports/look.typ",
    "words/en.yaml",
    "words/zh.yaml",
    "mail/layout.html",
    "mail/layout.txt",
    "mail/sections.html",
    "mail/sections.txt",
    "mail/family.html",
    "mail/family.txt",
    "mail/teacher_report/subject.txt",
    "mail/teacher_report/body.txt",
    "mail/teacher_report/body.html",
    "mail/reward/subject.txt",
    "mail/reward/body.txt",
    "mail/reward/body.html",
    "mail/welcome_back/subject.txt",
    "mail/welcome_back/body.txt",
    "mail/welcome_back/body.html",
    "mail/steady/subject.txt",
    "mail/steady/body.txt",
    "mail/steady/body.html",
    "mail/digest/subject.txt",
    "mail/digest/body.txt",
    "mail/digest/body.html",
    "mail/invitation/subject.txt",
    "mail/invitation/body.txt",
    "mail/invitation/body.html",
    "web/page.html",
    "web/status.html",
    "mail/alarm/subject.txt",
    "mail/alarm/body.txt",
    "mail/alarm/body.html",
];

/// All templates that a run uses.
#[derive(Debug, Clone)]
pub struct Templates {
    texts: BTreeMap<String, String>,
    own: Vec<String>,
    words: BTreeMap<String, Words>,
    digest: Digest,
}

impl Templates {
    /// The built-in templates with those of a folder before them.
    ///
    /// # Errors
    /// A file of the folder that cannot be read, or words that are not a list of texts.
    pub fn load(folder: Option<&Path>) -> Outcome<Self> {
        let mut texts: BTreeMap<String, String> =
            BUILT_IN.iter().map(|(name, text)| ((*name).to_string(), (*text).to_string())).collect();
        let mut own = Vec::new();
        if let Some(folder) = folder {
            if !folder.is_dir() {
                return Err(Problem::new(folder.display().to_string(), "is no folder")
                    .hint("`templates:` in config.yaml names a folder with your own templates; leave it out to use the built-in ones")
                    .into());
            }
            for name in candidates(folder, &texts)? {
                let path = folder.join(&name);
                let text = std::fs::read_to_string(&path).map_err(|error| Problem::io(&path, "read", &error))?;
                texts.insert(name.clone(), text);
                own.push(name);
            }
        }
        let words = words(&texts)?;
        let parts: Vec<&[u8]> = texts.iter().flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()]).collect();
        let digest = Digest::of(&parts);
        Ok(Self { texts, own, words, digest })
    }

    /// The words of a language; English where there are none for it.
    #[must_use]
    pub fn words(&self, language: &str) -> &Words {
        self.known_words(language).unwrap_or(&self.words["en"])
    }

    /// The words of a language, or of the one that it is a variety of, if there are any.
    #[must_use]
    pub fn known_words(&self, language: &str) -> Option<&Words> {
        let language = language.to_lowercase();
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        self.words.get(&language).or(self.words.get(primary))
    }

    /// The languages that there are words for.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.words.keys().map(String::as_str)
    }

    /// The typst templates: file name without ending, and text.
    pub fn typst(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts
            .iter()
            .filter_map(|(name, text)| Some((name.strip_prefix("reports/")?.strip_suffix(".typ")?, text.as_str())))
    }

    /// The mail templates: name and text.
    pub fn mail(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().filter(|(name, _)| name.starts_with("mail/")).map(|(n, t)| (n.as_str(), t.as_str()))
    }

    /// The templates of pages: name and text.
    pub fn web(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().filter(|(name, _)| name.starts_with("web/")).map(|(n, t)| (n.as_str(), t.as_str()))
    }

    /// One line on which templates are used.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self.own.as_slice() {
            [] => format!("built-in ({})", self.digest.short()),
            own => format!("built-in with your own {} ({})", own.join(", "), self.digest.short()),
        }
    }
}

/// The files of a folder that are templates: those with a built-in name, and words in further languages. A file with another
/// name beside them is a misspelt one.
fn candidates(folder: &Path, known: &BTreeMap<String, String>) -> Outcome<Vec<String>> {
    let mut names = Vec::new();
    let mut strangers = Vec::new();
    for part in ["mail", "reports", "web", "words"] {
        for name in files(folder, Path::new(part)) {
            let language = name.strip_prefix("words/").is_some_and(|own| own.strip_suffix(".yaml").is_some());
            if known.contains_key(&name) || language {
                names.push(name);
            } else {
                let problem =
                    Problem::new(folder.join(&name).display().to_string(), "is no template that plaudit uses");
                strangers.push(match nearest(&name, known.keys().map(String::as_str)) {
                    Some(right) => problem.hint(format!("did you mean `{right}`?")),
                    None => problem.hint("docs/templates.md lists the names of templates"),
                });
            }
        }
    }
    names.sort();
    if strangers.is_empty() { Ok(names) } else { Err(Problems(strangers)) }
}

/// The files below a part of a folder, by their path from the folder; hidden ones are passed over.
fn files(folder: &Path, part: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder.join(part)).into_iter().flatten().flatten();
    let shown = entries.filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'));
    let below = shown.flat_map(|entry| {
        let path = part.join(entry.file_name());
        if entry.path().is_dir() { files(folder, &path) } else { vec![path.to_string_lossy().replace('\\', "/")] }
    });
    below.collect()
}

fn words(texts: &BTreeMap<String, String>) -> Outcome<BTreeMap<String, Words>> {
    let mut catalogues: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (name, text) in texts.iter().filter(|(name, _)| name.starts_with("words/")) {
        let catalogue = serde_yaml::from_str(text).map_err(|error: serde_yaml::Error| {
            let line = error.location().map_or(1, |location| location.line());
            Problem::new(format!("templates/{name}:{line}"), error.to_string()).hint("each line is `key: \"text\"`")
        })?;
        catalogues.insert(name["words/".len()..].trim_end_matches(".yaml").to_lowercase(), catalogue);
    }
    let mut english = catalogues.get("en").cloned().unwrap_or_default();
    // A school's own English may lack words that came with a later version.
    for (name, text) in BUILT_IN.iter().filter(|(name, _)| *name == "words/en.yaml") {
        let built_in: BTreeMap<String, String> =
            serde_yaml::from_str(text).map_err(|error| Problem::new(*name, error.to_string()))?;
        for (key, text) in built_in {
            english.entry(key).or_insert(text);
        }
    }
    Ok(catalogues.into_iter().map(|(lang, own)| (lang.clone(), Words::new(&lang, own, &english))).collect())
}
