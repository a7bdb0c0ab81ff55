//! `serve`: does what is owed by itself, shows pages, and takes edits of config.yaml and templates as they are saved.
//!
//! Between two occasions it sleeps, and looks at the files it was made from every few seconds. The ledger is its own only
//! while it works, so that the other commands can be used beside it.

mod journal;
mod watch;

use crate::calendar::clock::Clock;
use crate::config::{self, Config, changes};
use crate::dashboard::{Doors, Monitor, Pages};
use crate::delivery::{Channel, asked_to_stop, is_asked_to_stop};
use crate::disk;
use crate::pipeline::desk::{Caught, Desk};
use crate::pipeline::prepare::{Waived, Workshop, nothing_scheduled};
use crate::pipeline::trial;
use crate::problem::{Outcome, Problem, Problems};
use crate::rendering::alarm::Halt;
use chrono::{DateTime, Duration, Utc};
use indicatif::ProgressBar;
use journal::line;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::runtime::Runtime;
use watch::Watcher;

/// How often the files are looked at.
const GLANCE: Duration = Duration::seconds(2);

/// How long it sleeps at the most while something waits: a message for its next try, a run for what keeps it.
const WAITING: Duration = Duration::minutes(5);

/// A program that serves.
pub struct Serving<'a> {
    config: Config,
    watcher: Watcher,
    /// The ledger, once it was there.
    ledger: Option<PathBuf>,
    /// An edit that was refused and that the administrators have not been told of yet.
    untold: Option<Problems>,
    monitor: Arc<Monitor>,
    pages: Pages,
    clock: Clock,
    runtime: &'a Runtime,
    say: fn(&str),
}

impl<'a> Serving<'a> {
    /// Prepares to serve what a config file says; `say` hears one line of the journal at a time.
    ///
    /// # Errors
    /// Settings or templates that are wrong, or nothing to do.
    pub fn open(path: &Path, clock: Clock, runtime: &'a Runtime, say: fn(&str)) -> Outcome<Self> {
        let source = whole(path, &clock, runtime)?;
        let watcher = Watcher::new(files(&source));
        let config = keep_templates(source)?;
        let pages = Pages::new(Doors::open(&config, clock.clone())?);
        let monitor = Arc::new(Monitor::new(&config, clock.clone())?);
        Ok(Self { config, watcher, ledger: None, untold: None, monitor, pages, clock, runtime, say })
    }

    /// Serves until it is asked to stop; a message that is on its way is finished first.
    ///
    /// # Errors
    /// An address that cannot be listened on, or a ledger that cannot be used at the start.
    pub fn serve(mut self) -> Outcome<()> {
        let listening = self.listen()?;
        self.note("at work; SIGTERM or Ctrl+C ends it");
        while !is_asked_to_stop() {
            let wake = self.look();
            self.sleep_until(wake);
        }
        self.note("asked to stop");
        for task in listening {
            // The pages end by themselves once they are asked to; a page that hangs is cut off with the process.
            let _ = self.runtime.block_on(async { tokio::time::timeout(LAST_PAGES, task).await });
        }
        self.note("stopped");
        Ok(())
    }

    fn listen(&self) -> Outcome<Vec<tokio::task::JoinHandle<()>>> {
        let mut listening = Vec::new();
        if let Some(web) = &self.config.web {
            let routes = self.pages.routes().merge(self.monitor.public_routes());
            listening.push(self.bind("web.listen", web.listen, routes)?);
        }
        if let Some(address) = self.config.monitoring.listen {
            listening.push(self.bind("monitoring.listen", address, self.monitor.routes())?);
        }
        Ok(listening)
    }

    fn bind(&self, key: &str, address: SocketAddr, routes: axum::Router) -> Outcome<tokio::task::JoinHandle<()>> {
        let place = format!("{key}: {address}");
        let fault = |error: std::io::Error| Problem::new(&place, format!("cannot be listened on: {error}"));
        let listener = self.runtime.block_on(tokio::net::TcpListener::bind(address)).map_err(fault)?;
        self.note(&format!("listening on http://{}", listener.local_addr().map_err(fault)?));
        let served = async move {
            let served = axum::serve(listener, routes).with_graceful_shutdown(asked_to_stop()).await;
            if let Err(error) = served {
                eprintln!("{place}: {error}");
            }
        };
        Ok(self.runtime.spawn(served))
    }

    /// Does what is owed, and says when to look again.
    fn look(&mut self) -> DateTime<Utc> {
        self.monitor.begins();
        let ledger = self.config.state.join("ledger.sqlite");
        // A bug in one week's report must neither end the program nor be met again at once by its next start.
        let caught = catch_unwind(AssertUnwindSafe(|| {
            self.same_ledger(&ledger)?;
            self.desk().and_then(|desk| desk.catch_up())
        }));
        let caught = caught.unwrap_or_else(|_| {
            Err(Problem::new("run", "ended in a bug; what is owed is tried again").hint("please report it").into())
        });
        if ledger.exists() {
            self.ledger = Some(ledger);
        }
        let now = self.clock.now();
        let caught = caught.unwrap_or_else(|Problems(problems)| Caught { problems, ..Caught::default() });
        for told in journal::told(&caught, &self.config) {
            self.note(&told);
        }
        let soon = now + WAITING;
        let waits = caught.waits || caught.is_busy || !caught.problems.is_empty();
        let next = caught.next.filter(|next| !waits || *next < soon).unwrap_or(soon);
        self.monitor.ended(caught, next);
        next
    }

    /// A ledger that was there and is gone must not be begun anew: all that it knows was sent would be sent again.
    fn same_ledger(&self, ledger: &Path) -> Outcome<()> {
        if ledger.exists() || self.ledger.as_deref() != Some(ledger) {
            return Ok(());
        }
        Err(Problem::new(ledger.display().to_string(), "the ledger was there and is gone, so nothing is sent")
            .hint("put it back; only a restart begins a new one, which knows of nothing that was sent")
            .into())
    }

    fn desk(&self) -> Outcome<Desk<'_>> {
        Ok(Desk {
            config: &self.config,
            channel: Channel::of(&self.config, None)?,
            only: None,
            waived: Waived::default(),
            clock: self.clock.clone(),
            runtime: self.runtime,
            progress: ProgressBar::hidden,
        })
    }

    /// Sleeps until an instant; ends early when somebody asks to stop, or when an edit was taken.
    fn sleep_until(&mut self, wake: DateTime<Utc>) {
        let begun = self.clock.now();
        // A clock that is set back must not make this sleep for as long as it had run ahead.
        while !is_asked_to_stop() && (begun..wake).contains(&self.clock.now()) {
            let glance = wake.min(self.clock.now() + GLANCE);
            self.runtime.block_on(async {
                tokio::select! {
                    () = asked_to_stop() => {}
                    () = self.clock.wait_until(glance) => {}
                }
            });
            self.tell_of_refused_edit();
            if self.watcher.has_changed() && self.reload() {
                return;
            }
        }
    }

    /// Takes an edit if it is right; says whether something else is in force now.
    fn reload(&mut self) -> bool {
        // A file from outside may meet a bug of a library.
        let taken = catch_unwind(AssertUnwindSafe(|| self.take_edit())).unwrap_or_else(|_| {
            Err(Problem::new("edit", "ended in a bug while it was looked at").hint("please report it").into())
        });
        taken.map_err(|problems| self.refuse(problems)).is_ok()
    }

    fn take_edit(&mut self) -> Outcome<()> {
        let source = self.whole()?;
        let (watched, changed) = (files(&source), changes(&self.config.text, &source.text));
        // What may be wrong was tried before this, so that what is refused leaves nothing behind.
        let config = keep_templates(source)?;
        let doors = Doors::open(&config, self.clock.clone())?;
        self.monitor.takes(&config)?;
        self.pages.take(doors);
        self.note(if changed.is_empty() {
            "settings are as they were; templates and calendar are in force as they are now"
        } else {
            "settings were edited and are in force"
        });
        for change in &changed {
            self.note(&format!("  {}", journal::without_people(change)));
        }
        if listens(&self.config) != listens(&config) {
            self.note("  an address to listen on takes effect after a restart");
        }
        self.untold = None;
        self.watcher.follow(watched);
        self.config = config;
        Ok(())
    }

    fn whole(&self) -> Outcome<Config> {
        whole(&self.config.path, &self.clock, self.runtime)
    }

    fn refuse(&mut self, problems: Problems) {
        self.monitor.refuses(&problems);
        self.note("an edit was not taken; what was in force still is");
        for problem in &problems.0 {
            self.note(&format!("  {problem}"));
        }
        self.untold = Some(problems);
    }

    /// Mails the administrators of the settings in force that an edit was refused, once the ledger is free for it.
    fn tell_of_refused_edit(&mut self) {
        let Some(problems) = self.untold.take() else { return };
        match self.desk().and_then(|desk| desk.alarm(&problems, Halt::Edit)) {
            Ok(true) => {}
            Ok(false) => self.untold = Some(problems),
            Err(untold) => self.note(&format!("the administrators could not be told: {untold}")),
        }
    }

    fn note(&self, text: &str) {
        (self.say)(&line(self.clock.now(), self.config.zone, text));
    }
}

/// The addresses that are listened on.
fn listens(config: &Config) -> (Option<SocketAddr>, Option<SocketAddr>) {
    (config.web.as_ref().map(|web| web.listen), config.monitoring.listen)
}

/// For how long pages that are open are waited for at the end.
const LAST_PAGES: std::time::Duration = std::time::Duration::from_secs(5);

/// Settings with templates that work.
fn whole(path: &Path, clock: &Clock, runtime: &Runtime) -> Outcome<Config> {
    let config = config::load(path)?;
    if let Some(problem) = nothing_scheduled(&config) {
        return Err(problem.into());
    }
    let workshop = Workshop::open(&config)?;
    // The built-in templates are tried by the tests.
    if config.templates.is_none() {
        return Ok(config);
    }
    Doors::trial(&config)?;
    runtime.block_on(Monitor::trial(&config, clock.clone()))?;
    let problems = trial::templates(&config, &workshop)?;
    if problems.is_empty() { Ok(config) } else { Err(Problems(problems)) }
}

/// The same with a copy of its own templates, so that an edit of them that is refused is not met by the next run either.
fn keep_templates(config: Config) -> Outcome<Config> {
    let Some(own) = &config.templates else { return Ok(config) };
    disk::make_private_folder(&config.state)?;
    let kept = config.state.join("templates-in-force");
    disk::copy_folder(own, &kept)?;
    Ok(Config { templates: Some(kept), ..config })
}

/// The files and folders that an edit may change.
fn files(config: &Config) -> Vec<PathBuf> {
    [Some(config.path.clone()), config.templates.clone(), config.calendar_file.clone()].into_iter().flatten().collect()
}
