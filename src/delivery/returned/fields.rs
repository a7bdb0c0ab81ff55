//! The machine-readable part of a report: groups of fields, an empty line between them (RFC 3464, RFC 5965).

/// The fields of one group, names as written, long values joined.
#[derive(Default)]
pub struct Group(Vec<(String, String)>);

impl Group {
    /// The first value of this name that is not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str()).find(|value| !value.is_empty())
    }

    fn add(&mut self, line: &str) {
        if line.starts_with([' ', '\t'])
            && let Some((_, value)) = self.0.last_mut()
        {
            value.push(' ');
            value.push_str(line.trim());
        } else if let Some((name, value)) = line.split_once(':') {
            self.0.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
}

/// The groups of a report, without empty ones. A line that is no field is passed over.
pub fn groups(report: &str) -> Vec<Group> {
    let mut groups = vec![Group::default()];
    for line in report.lines() {
        if line.trim().is_empty() {
            groups.push(Group::default());
        } else if let Some(group) = groups.last_mut() {
            group.add(line);
        }
    }
    groups.retain(|group| !group.0.is_empty());
    groups
}

/// The first value of this name in any group.
pub fn first<'g>(groups: &'g [Group], name: &str) -> Option<&'g str> {
    groups.iter().find_map(|group| group.get(name))
}
