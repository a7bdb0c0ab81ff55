//! How the program itself does: a page for administrators, an answer for health checks, numbers for Prometheus.
//!
//! They count messages and name schedules and settings; they name no person.

use crate::calendar::Zone;
use crate::calendar::clock::Clock;
use crate::config::Config;
use crate::delivery::Channel;
use crate::ledger::{Ledger, Settlement};
use crate::pipeline::desk::Caught;
use crate::pipeline::due::{self, Seen, Watched};
use crate::pipeline::heartbeat;
use crate::problem::{Outcome, Problem, Problems};
use crate::rendering::{Templates, Words};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tera::{Context, Tera};

/// How a program that serves does.
pub struct Monitor {
    standing: Mutex<Standing>,
    clock: Clock,
}

/// What is known at the moment.
struct Standing {
    config: Config,
    templates: Arc<Templates>,
    in_force_since: DateTime<Utc>,
    /// An edit that was not taken, and since when.
    refused: Option<(DateTime<Utc>, Vec<Problem>)>,
    zones: Vec<Zone>,
    /// Since when a look at the schedules is at work.
    at_work_since: Option<DateTime<Utc>>,
    looked: Option<DateTime<Utc>>,
    next: Option<DateTime<Utc>>,
    problems: Vec<Problem>,
    /// Whether they keep a run from ending.
    is_kept: bool,
}

/// After how long an occasion that has not run is late.
const LATE_MINUTES: i64 = 60;

/// A run that takes longer than this hangs.
const LONGEST_RUN_HOURS: i64 = 24;

/// How many occasions that are past the page shows.
const SHOWN: i64 = 12;

impl Monitor {
    /// A monitor of settings that are in force from now on.
    ///
    /// # Errors
    /// A template that cannot be read.
    pub fn new(config: &Config, clock: Clock) -> Outcome<Self> {
        let now = clock.now();
        let standing = Standing {
            config: config.clone(),
            templates: Arc::new(Templates::load(config.templates.as_deref())?),
            in_force_since: now,
            refused: None,
            zones: due::zones(config, &Watched::new(), now),
            at_work_since: None,
            looked: None,
            next: None,
            problems: Vec::new(),
            is_kept: false,
        };
        Ok(Self { standing: Mutex::new(standing), clock })
    }

    /// Makes the page, so that a template that is wrong is found before somebody looks at it.
    ///
    /// # Errors
    /// A template that cannot be read or is wrong.
    pub async fn trial(config: &Config, clock: Clock) -> Outcome<()> {
        let (context, templates) = contents(&Self::new(config, clock)?).await?;
        shown(&context, &templates).map(|_| ()).map_err(|error| wrong_page(&error).into())
    }

    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A look at the schedules begins.
    pub fn begins(&self) {
        self.standing().at_work_since = Some(self.clock.now());
    }

    /// It has ended; the next one is at `next`.
    pub fn ended(&self, caught: Caught, next: DateTime<Utc>) {
        let mut standing = self.standing();
        standing.at_work_since = None;
        standing.looked = Some(self.clock.now());
        standing.next = Some(next);
        let swept = caught.swept.filter(|swept| swept.sent > 0 || !swept.problems.is_empty());
        let is_idle = caught.runs.is_empty() && caught.missed.is_empty() && swept.is_none();
        let failed = !caught.problems.is_empty();
        let of_runs = caught.runs.into_iter().flat_map(|run| run.problems);
        let of_sweep = swept.into_iter().flat_map(|swept| swept.problems);
        let found = caught.problems.into_iter().chain(caught.missed).chain(of_runs).chain(of_sweep);
        // What a run told stays shown until the next one; what kept a run from ending, until nothing is kept any more.
        if failed || !is_idle || standing.is_kept {
            standing.problems = found.collect();
        }
        standing.is_kept = failed;
        // A look that could not be done knows nothing of zones.
        if !caught.zones.is_empty() {
            standing.zones = caught.zones;
        }
    }

    /// Other settings are in force.
    ///
    /// # Errors
    /// A template that cannot be read.
    pub fn takes(&self, config: &Config) -> Outcome<()> {
        let templates = Arc::new(Templates::load(config.templates.as_deref())?);
        let now = self.clock.now();
        let zones = due::zones(config, &Watched::new(), now);
        let mut standing = self.standing();
        (standing.config, standing.templates, standing.in_force_since) = (config.clone(), templates, now);
        (standing.refused, standing.zones) = (None, zones);
        Ok(())
    }

    /// An edit was not taken.
    pub fn refuses(&self, problems: &Problems) {
        self.standing().refused = Some((self.clock.now(), problems.0.clone()));
    }

    /// The page, the health check and the numbers.
    pub fn routes(self: &Arc<Self>) -> Router {
        let own = Router::new().route("/", get(page)).route("/metrics", get(metrics));
        own.with_state(Arc::clone(self)).merge(self.public_routes())
    }

    /// The health check alone, which tells strangers no more than whether the program does well.
    pub fn public_routes(self: &Arc<Self>) -> Router {
        Router::new().route("/healthz", get(health)).with_state(Arc::clone(self))
    }

    /// What is wrong now; empty: nothing.
    async fn faults(&self) -> Outcome<Vec<Problem>> {
        let (config, zones, refused, at_work) = {
            let standing = self.standing();
            (standing.config.clone(), standing.zones.clone(), standing.refused.clone(), standing.at_work_since)
        };
        let mut faults: Vec<Problem> = refused.map(|(_, problems)| problems).unwrap_or_default();
        // A run that is at work is late with nothing, unless it hangs.
        let now = self.clock.now();
        if at_work.is_none_or(|since| now - since > Duration::hours(LONGEST_RUN_HOURS)) {
            faults.extend(heartbeat::overdue_in(&config, &zones, now, Duration::minutes(LATE_MINUTES)).await?);
        }
        Ok(faults)
    }
}

async fn health(State(monitor): State<Arc<Monitor>>) -> Response {
    match monitor.faults().await {
        Ok(faults) if faults.is_empty() => "ok\n".into_response(),
        // What is wrong is for the page and the log: a health check may be public.
        Ok(_) => (StatusCode::SERVICE_UNAVAILABLE, "needs attention\n").into_response(),
        Err(problems) => {
            eprintln!("{problems}");
            (StatusCode::SERVICE_UNAVAILABLE, "the ledger cannot be read\n").into_response()
        }
    }
}

async fn metrics(State(monitor): State<Arc<Monitor>>) -> Response {
    match numbers(&monitor).await {
        Ok(text) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response(),
        Err(problems) => failed(&problems),
    }
}

fn failed(problems: &Problems) -> Response {
    eprintln!("{problems}");
    (StatusCode::SERVICE_UNAVAILABLE, "The ledger cannot be read; the log says why.\n").into_response()
}

/// The text format of Prometheus.
async fn numbers(monitor: &Monitor) -> Outcome<String> {
    let faults = monitor.faults().await?;
    let (config, zones, refused) = {
        let standing = monitor.standing();
        (standing.config.clone(), standing.zones.clone(), standing.refused.is_some())
    };
    let channel = Channel::of(&config, None)?;
    let mut text = String::new();
    let mut family = |name: &str, help: &str, values: &[(String, i64)]| {
        let _ = writeln!(text, "# HELP plaudit_{name} {help}\n# TYPE plaudit_{name} gauge");
        for (labels, value) in values {
            let _ = writeln!(text, "plaudit_{name}{labels} {value}");
        }
    };
    let version = labels(&[("version", env!("CARGO_PKG_VERSION"))]);
    family("info", "The program.", &[(version, 1)]);
    let overdue = i64::try_from(faults.len()).unwrap_or(i64::MAX);
    family(
        "faults",
        "Occasions that are overdue, and problems of an edit that was not taken.",
        &[(String::new(), overdue)],
    );
    family("edit_refused", "Whether an edit of the settings was not taken.", &[(String::new(), i64::from(refused))]);
    let next = next_of_each(&config, &zones, monitor.clock.now());
    family("next_occasion_timestamp_seconds", "When each schedule is due next.", &next);
    if let Some(mut ledger) = Ledger::look(&config.state).await? {
        let counts = ledger.counts().await?;
        let messages: Vec<(String, i64)> = counts
            .iter()
            .map(|count| {
                let parts = [("channel", count.channel.as_str()), ("kind", &count.kind), ("state", count.state.name())];
                (labels(&parts), i64::from(count.count))
            })
            .collect();
        family("messages", "Messages in the ledger by channel, kind and state.", &messages);
        let settled = ledger.settlements(channel.name(), None, 1).await?;
        let last = settled.iter().map(|one| (labels(&[("outcome", one.outcome.as_str())]), one.settled.timestamp()));
        family("last_occasion_timestamp_seconds", "When the newest occasion was settled.", &last.collect::<Vec<_>>());
    }
    Ok(text)
}

fn next_of_each(config: &Config, zones: &[Zone], now: DateTime<Utc>) -> Vec<(String, i64)> {
    let mut next = Vec::new();
    for schedule in &config.schedules {
        for (zone, occasion) in due::next_of(schedule, config, zones, now) {
            let own = labels(&[("schedule", &schedule.name), ("zone", zone.name())]);
            next.push((own, occasion.at.timestamp()));
        }
    }
    next
}

fn labels(parts: &[(&str, &str)]) -> String {
    let escaped = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let parts: Vec<String> = parts.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
    format!("{{{}}}", parts.join(","))
}

async fn page(State(monitor): State<Arc<Monitor>>) -> Response {
    match contents(&monitor).await {
        Err(problems) => failed(&problems),
        Ok((context, template)) => match shown(&context, &template) {
            Ok(page) => (super::doors::HEADERS, Html(page)).into_response(),
            Err(error) => failed(&wrong_page(&error).into()),
        },
    }
}

fn wrong_page(error: &tera::Error) -> Problem {
    Problem::new("templates/web/status.html", crate::problem::causes(error))
}

fn shown(context: &Value, templates: &Templates) -> tera::TeraResult<String> {
    let mut tera = Tera::new();
    tera.autoescape_on(vec![".html"]);
    tera.add_raw_templates(templates.web())?;
    tera.render("web/status.html", &Context::from_serialize(context)?)
}

/// What the page shows.
async fn contents(monitor: &Monitor) -> Outcome<(Value, Arc<Templates>)> {
    let faults = monitor.faults().await?;
    let now = monitor.clock.now();
    let (config, zones) = {
        let standing = monitor.standing();
        (standing.config.clone(), standing.zones.clone())
    };
    let channel = Channel::of(&config, None)?;
    let mut ledger = Ledger::look(&config.state).await?;
    let settled = match &mut ledger {
        Some(ledger) => ledger.settlements(channel.name(), None, SHOWN).await?,
        None => Vec::new(),
    };
    let seen = Seen::by(ledger.as_mut(), channel.name()).await?;
    let entries = due::look(&config, &zones, &seen, now);
    let standing = monitor.standing();
    let words = standing.templates.words(&config.language);
    let local = |at: DateTime<Utc>, zone: Zone| at.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z").to_string();
    let next: Vec<Value> = config
        .schedules
        .iter()
        .flat_map(|schedule| {
            due::next_of(schedule, &config, &zones, now).into_iter().map(move |(zone, next)| (schedule, zone, next))
        })
        .map(|(schedule, zone, next)| {
            json!([schedule.name, schedule.rule.when.to_string(), local(next.at, zone), next.week.to_string()])
        })
        .collect();
    let owed: Vec<Value> =
        entries
            .iter()
            .flat_map(|entry| {
                entry.due.owed.iter().map(|occasion| {
                    json!([entry.schedule.name, local(occasion.at, entry.zone), occasion.week.to_string()])
                })
            })
            .collect();
    let problem =
        |problem: &Problem| json!({ "place": problem.place, "message": problem.message, "hint": problem.hint });
    let list = |problems: &[Problem]| problems.iter().map(problem).collect::<Vec<_>>();
    let well = faults.is_empty() && standing.problems.is_empty();
    let context = json!({
        "lang": words.language(), "dir": words.direction(), "sender": config.sender.name,
        "title": words.word("status.title"),
        "headline": words.word(if well { "status.well" } else { "status.attention" }),
        "well": well,
        "facts": facts(&standing, words, now),
        "refused": standing.refused.as_ref().map(|(since, problems)| json!({
            "title": words.say("status.refused", &[("since", &local(*since, config.zone))]), "problems": list(problems),
        })),
        "problems": { "title": words.word("status.problems"), "list": list(&standing.problems) },
        "owed": table(words, "owed", &["schedule", "when", "week"], &owed),
        "next": table(words, "next", &["schedule", "rule", "when", "week"], &next),
        "past": table(words, "past", &["schedule", "when", "week", "outcome"], &past(&settled, words)),
    });
    Ok((context, Arc::clone(&standing.templates)))
}

fn facts(standing: &Standing, words: &Words, now: DateTime<Utc>) -> Vec<Value> {
    let zone = standing.config.zone;
    let local = |at: DateTime<Utc>| at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S %Z").to_string();
    let fact = |name: &str, value: String| json!([words.word(&format!("status.fact.{name}")), value]);
    let mut facts = vec![
        fact("now", local(now)),
        fact("version", env!("CARGO_PKG_VERSION").to_string()),
        fact("settings", standing.config.path.display().to_string()),
        fact("in_force", local(standing.in_force_since)),
    ];
    facts.extend(standing.at_work_since.map(|since| fact("at_work", local(since))));
    facts.extend(standing.looked.map(|looked| fact("looked", local(looked))));
    facts.extend(standing.next.map(|next| fact("wakes", local(next))));
    facts
}

fn table(words: &Words, name: &str, head: &[&str], rows: &[Value]) -> Value {
    let head: Vec<String> = head.iter().map(|column| words.word(&format!("status.head.{column}"))).collect();
    json!({
        "title": words.word(&format!("status.{name}.title")), "head": head, "rows": rows,
        "empty": words.word(&format!("status.{name}.empty")),
    })
}

fn past(settled: &[Settlement], words: &Words) -> Vec<Value> {
    let row = |one: &Settlement| {
        let local = one.occasion.at.with_timezone(&one.zone).format("%Y-%m-%d %H:%M %Z").to_string();
        let outcome = words.word(&format!("status.outcome.{}", one.outcome.replace(' ', "_")));
        json!([one.schedule, local, one.occasion.week.to_string(), outcome])
    };
    settled.iter().map(row).collect()
}
