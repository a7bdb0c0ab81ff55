//! From the path of a key to its line in the file, so that a problem can say where it is.

use std::fmt::Write as _;

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};

/// One step into a YAML document: a key, or an index in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A key of a mapping.
    Key(String),
    /// An index in a sequence, from 0.
    Index(usize),
}

/// A path as people write it: `schedules[2].notice`.
pub fn dotted(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Key(key) if text.is_empty() => text.push_str(key),
            Step::Key(key) => {
                text.push('.');
                text.push_str(key);
            }
            Step::Index(index) => {
                let _ = write!(text, "[{index}]");
            }
        }
    }
    text
}

/// The line, from 1, of the deepest node on the path that the text has.
pub fn line_of(text: &str, path: &[Step]) -> usize {
    let Ok(documents) = MarkedYaml::load_from_str(text) else { return 1 };
    let Some(mut node) = documents.first() else { return 1 };
    let mut line = 1;
    for step in path {
        let Some((found, at)) = child(node, step) else { break };
        node = found;
        line = at;
    }
    line
}

fn child<'n, 'input>(node: &'n MarkedYaml<'input>, step: &Step) -> Option<(&'n MarkedYaml<'input>, usize)> {
    match (&node.data, step) {
        (YamlData::Mapping(map), Step::Key(wanted)) => {
            let (key, value) = map.iter().find(|(key, _)| scalar_text(key).as_deref() == Some(wanted))?;
            Some((value, key.span.start.line()))
        }
        (YamlData::Sequence(items), Step::Index(index)) => {
            let item = items.get(*index)?;
            Some((item, item.span.start.line()))
        }
        _ => None,
    }
}

fn scalar_text(node: &MarkedYaml<'_>) -> Option<String> {
    match &node.data {
        YamlData::Value(Scalar::String(text)) => Some(text.to_string()),
        YamlData::Value(Scalar::Integer(number)) => Some(number.to_string()),
        YamlData::Value(Scalar::Boolean(truth)) => Some(truth.to_string()),
        _ => None,
    }
}
