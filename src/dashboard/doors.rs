//! The pages behind the links of mails: to stop mails (RFC 8058), and to answer an invitation.
//!
//! Looking changes nothing, since mail scanners and previews look at every link; only a button, which posts, does. A page
//! loads nothing from elsewhere, sets no cookie, tells nobody where its visitor came from, and names no more than a given
//! name. What a token does not open is answered alike whatever the token is.

use crate::calendar::clock::Clock;
use crate::config::Config;
use crate::ledger::{Answer, Ledger, Opened, Purpose};
use crate::problem::{Outcome, Problem};
use crate::rendering::{Templates, Words};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRef, Path, State};
use axum::http::{HeaderName, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use std::sync::{Arc, PoisonError, RwLock};
use tera::{Context, Tera};

/// What the pages need.
pub struct Doors {
    config: Config,
    templates: Templates,
    tera: Tera,
    clock: Clock,
}

/// What a form, or a mail program, posts.
#[derive(Debug, Default, PartialEq, Eq)]
struct Posted {
    /// Which mails are meant.
    scope: Option<String>,
    /// Which button was pressed; none: a mail program stops with one click (RFC 8058), in whatever encoding it likes.
    answer: Option<String>,
}

impl Posted {
    fn of(body: &[u8]) -> Self {
        let mut posted = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            match &*name {
                "scope" => posted.scope = Some(value.into_owned()),
                "answer" => posted.answer = Some(value.into_owned()),
                _ => {}
            }
        }
        posted
    }
}

/// The pages of the settings in force, which may become others while somebody reads them.
#[derive(Clone)]
pub struct Pages(Arc<RwLock<Arc<Doors>>>);

impl Pages {
    /// Pages of some settings.
    #[must_use]
    pub fn new(doors: Doors) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(doors))))
    }

    /// Other settings are in force from now on.
    pub fn take(&self, doors: Doors) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(doors);
    }

    /// The routes of the pages.
    pub fn routes(&self) -> Router {
        Router::new()
            .route("/unsubscribe/{token}", get(look_at_stop).post(stop))
            .route("/invitation/{token}", get(look_at_invitation).post(answer))
            .with_state(self.clone())
    }
}

impl FromRef<Pages> for Arc<Doors> {
    fn from_ref(pages: &Pages) -> Self {
        Self::clone(&pages.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Doors {
    /// Loads the templates that config names.
    ///
    /// # Errors
    /// A template that cannot be read or is wrong.
    pub fn open(config: &Config, clock: Clock) -> Outcome<Self> {
        let templates = Templates::load(config.templates.as_deref())?;
        let mut tera = Tera::new();
        tera.autoescape_on(vec![".html"]);
        tera.add_raw_templates(templates.web()).map_err(|error| Problem::new("templates/web", error.to_string()))?;
        Ok(Self { config: config.clone(), templates, tera, clock })
    }

    /// Makes a page, so that a template that is wrong is found before somebody opens a link.
    ///
    /// # Errors
    /// A template that cannot be read or is wrong.
    pub fn trial(config: &Config) -> Outcome<()> {
        let doors = Self::open(config, Clock::Fixed(chrono::DateTime::UNIX_EPOCH))?;
        let context = Context::from_serialize(&doors.context("en", "unknown", "", &Value::Null)).unwrap_or_default();
        doors.tera.render("web/page.html", &context).map(|_| ()).map_err(|error| wrong_page(&error).into())
    }

    async fn ledger(&self) -> Outcome<Ledger> {
        Ledger::join(&self.config.state).await
    }

    /// What a token opens for a purpose.
    async fn opened(&self, token: &str, purpose: Purpose) -> Outcome<Option<Opened>> {
        let mut ledger = self.ledger().await?;
        let opened = ledger.opened(token).await?.filter(|opened| opened.link.purpose == purpose);
        ledger.close().await?;
        Ok(opened)
    }

    fn context(&self, language: &str, name: &str, child: &str, form: &Value) -> Value {
        let words = self.templates.words(language);
        let values = [("child", child)];
        json!({
            "lang": words.language(), "dir": words.direction(), "sender": self.config.sender.name,
            "title": words.say(&format!("web.{name}.title"), &values),
            "paragraphs": [words.say(&format!("web.{name}.text"), &values)],
            "choices": form["choices"], "buttons": form["buttons"],
        })
    }

    fn page(&self, language: &str, name: &str, child: &str, form: &Value) -> Response {
        let context = Context::from_serialize(&self.context(language, name, child, form)).unwrap_or_default();
        match self.tera.render("web/page.html", &context) {
            Ok(page) => (HEADERS, Html(page)).into_response(),
            Err(error) => broken(&wrong_page(&error).into()),
        }
    }

    fn unknown(&self) -> Response {
        let page = self.page(&self.config.language, "unknown", "", &Value::Null);
        (StatusCode::NOT_FOUND, page).into_response()
    }

    fn has_ended(&self, opened: &Opened) -> bool {
        opened.link.expires.is_some_and(|expires| expires <= self.clock.now())
    }
}

fn wrong_page(error: &tera::Error) -> Problem {
    Problem::new("templates/web/page.html", crate::problem::causes(error))
}

/// Nothing from elsewhere, nothing kept, nothing told.
pub(super) const HEADERS: [(HeaderName, &str); 5] = [
    (
        HeaderName::from_static("content-security-policy"),
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    (HeaderName::from_static("referrer-policy"), "no-referrer"),
    (HeaderName::from_static("cache-control"), "no-store"),
    (HeaderName::from_static("x-content-type-options"), "nosniff"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

/// What went wrong is for the log; a visitor is told to come again.
fn broken(problems: &crate::problem::Problems) -> Response {
    eprintln!("{problems}");
    (StatusCode::SERVICE_UNAVAILABLE, HEADERS, "Please try again later; nothing was changed.\n").into_response()
}

fn button(words: &Words, key: &str, value: &str) -> Value {
    json!({ "label": words.word(key), "value": value })
}

async fn look_at_stop(State(doors): State<Arc<Doors>>, Path(token): Path<String>) -> Response {
    match doors.opened(&token, Purpose::Stop).await {
        Err(problems) => broken(&problems),
        Ok(None) => doors.unknown(),
        Ok(Some(opened)) => {
            let (link, words) = (&opened.link, doors.templates.words(&opened.link.language));
            let choice =
                |value: &str, key: &str| json!({ "value": value, "label": words.say(key, &[("child", &link.about)]) });
            let about_child = !link.about.is_empty();
            let mut choices = vec![choice("kind", if about_child { "web.stop.kind_about" } else { "web.stop.kind" })];
            choices.extend(about_child.then(|| choice("subject", "web.stop.subject")));
            choices.push(choice("all", "web.stop.all"));
            let form = json!({ "choices": choices, "buttons": [button(words, "web.stop.button", "stop")] });
            doors.page(&link.language, "stop", &link.about, &form)
        }
    }
}

async fn stop(State(doors): State<Arc<Doors>>, Path(token): Path<String>, body: Bytes) -> Response {
    let posted = Posted::of(&body);
    let opened = match doors.opened(&token, Purpose::Stop).await {
        Err(problems) => return broken(&problems),
        Ok(None) => return doors.unknown(),
        Ok(Some(opened)) => opened,
    };
    let again = posted.answer.as_deref() == Some("again");
    match write_stop(&doors, &opened, posted.scope.as_deref(), again).await {
        Err(problems) => broken(&problems),
        Ok(()) if posted.answer.is_none() => (StatusCode::OK, HEADERS, "unsubscribed\n").into_response(),
        Ok(()) if again => doors.page(&opened.link.language, "again", &opened.link.about, &Value::Null),
        Ok(()) => {
            let words = doors.templates.words(&opened.link.language);
            let form = json!({ "choices": [], "buttons": [button(words, "web.stopped.again", "again")] });
            doors.page(&opened.link.language, "stopped", &opened.link.about, &form)
        }
    }
}

/// One click stops this kind about this subject; a form says what else.
async fn write_stop(doors: &Doors, opened: &Opened, scope: Option<&str>, again: bool) -> Outcome<()> {
    let (subject, kind) = match scope {
        Some("all") => ("", ""),
        Some("subject") => (opened.subject.as_str(), ""),
        _ => (opened.subject.as_str(), opened.stopped_kind()),
    };
    let mut ledger = doors.ledger().await?;
    for suppression in opened.stops(subject, kind) {
        if again {
            ledger.take_back_stop(&suppression.recipient, &opened.subject).await?;
        } else {
            ledger.suppress(&suppression, doors.clock.now()).await?;
        }
    }
    ledger.close().await
}

async fn look_at_invitation(State(doors): State<Arc<Doors>>, Path(token): Path<String>) -> Response {
    match doors.opened(&token, Purpose::Invitation).await {
        Err(problems) => broken(&problems),
        Ok(None) => doors.unknown(),
        Ok(Some(opened)) if doors.has_ended(&opened) => doors.page(&opened.link.language, "expired", "", &Value::Null),
        Ok(Some(opened)) => {
            let words = doors.templates.words(&opened.link.language);
            let buttons = [button(words, "web.invitation.yes", "yes"), button(words, "web.invitation.no", "no")];
            let form = json!({ "choices": [], "buttons": buttons });
            doors.page(&opened.link.language, "invitation", &opened.link.about, &form)
        }
    }
}

async fn answer(State(doors): State<Arc<Doors>>, Path(token): Path<String>, body: Bytes) -> Response {
    let posted = Posted::of(&body);
    let opened = match doors.opened(&token, Purpose::Invitation).await {
        Err(problems) => return broken(&problems),
        Ok(None) => return doors.unknown(),
        Ok(Some(opened)) => opened,
    };
    if doors.has_ended(&opened) {
        return doors.page(&opened.link.language, "expired", "", &Value::Null);
    }
    let (answer, page) = match posted.answer.as_deref() {
        Some("yes") => (Answer::Accepted, "accepted"),
        Some("no") => (Answer::Declined, "declined"),
        _ => return look_at_invitation(State(doors), Path(token)).await,
    };
    match write_answer(&doors, &opened, answer).await {
        Err(problems) => broken(&problems),
        Ok(()) => doors.page(&opened.link.language, page, &opened.link.about, &Value::Null),
    }
}

async fn write_answer(doors: &Doors, opened: &Opened, answer: Answer) -> Outcome<()> {
    let mut ledger = doors.ledger().await?;
    ledger.answer(&opened.recipient, &opened.subject, answer, doors.clock.now()).await?;
    ledger.close().await
}
