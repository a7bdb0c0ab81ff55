//! Whether files were edited: by name, size and time, looked at from time to time.
//!
//! Looking works on every disk, also where the system tells of no changes (network drives, mounted config maps), and an
//! edit by any editor, which may write another file and rename it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

type Seen = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// Watches files and folders.
#[derive(Debug)]
pub(super) struct Watcher {
    paths: Vec<PathBuf>,
    /// As it is in force, or was refused.
    known: Seen,
    /// As it was at the last glance.
    last: Seen,
}

impl Watcher {
    pub(super) fn new(paths: Vec<PathBuf>) -> Self {
        let seen = seen(&paths);
        Self { paths, known: seen.clone(), last: seen }
    }

    /// Watches these files from now on. What was known of those that it watched already stays so: one of them may have been
    /// edited again meanwhile.
    pub(super) fn follow(&mut self, paths: Vec<PathBuf>) {
        if paths != self.paths {
            let known = std::mem::take(&mut self.known);
            *self = Self::new(paths);
            let of_both = known.into_iter().filter(|(path, _)| self.known.contains_key(path));
            let of_both: Seen = of_both.collect();
            self.known.extend(of_both);
        }
    }

    /// Whether something was edited since this was last true. Who is still saving is waited for: it must be the same at two
    /// glances.
    pub(super) fn has_changed(&mut self) -> bool {
        let now = seen(&self.paths);
        let is_settled = now == self.last;
        self.last = now;
        if !is_settled || self.last == self.known {
            return false;
        }
        self.known = self.last.clone();
        true
    }
}

fn seen(paths: &[PathBuf]) -> Seen {
    let mut seen = Seen::new();
    for path in paths {
        add(path, &mut seen, DEEPEST);
    }
    seen
}

/// Templates lie in folders of folders, no deeper.
const DEEPEST: usize = 4;

fn add(path: &Path, seen: &mut Seen, depth: usize) {
    let Ok(metadata) = path.metadata() else { return };
    if !metadata.is_dir() {
        seen.insert(path.to_path_buf(), (metadata.len(), metadata.modified().ok()));
    } else if depth > 0 {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        entries.for_each(|entry| add(&entry.path(), seen, depth - 1));
    }
}
