//! When mails leave: hours of waiting in no time, by a clock that passes only when somebody waits.

use crate::outbox::{message, plan};
use crate::school::School;
use crate::server::{Deed, Server, Stage};
use chrono::{DateTime, Duration, Utc};
use indicatif::ProgressBar;
use plaudit::calendar::clock::Clock;
use plaudit::config::load;
use plaudit::delivery::Delivered;
use plaudit::delivery::smtp::{Order, deliver};
use plaudit::ledger::Message;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// When each recipient's mail was accepted, by the stepped clock.
type Arrivals = Arc<Mutex<Vec<(String, DateTime<Utc>)>>>;

/// A server that writes down when mails arrive, and defers each recipient so many times.
fn server(clock: &Clock, deferrals: usize) -> (Server, Arrivals) {
    let (arrivals, clock) = (Arrivals::default(), clock.clone());
    let (seen, asked) = (arrivals.clone(), Mutex::new(BTreeMap::<String, usize>::new()));
    let server = Server::start(move |moment| {
        match moment.stage {
            Stage::Recipient => {
                let mut asked = asked.lock().unwrap();
                let times = asked.entry(moment.recipient.to_string()).or_default();
                *times += 1;
                return if *times <= deferrals { Deed::Say("451 4.3.2 come again") } else { Deed::Usual };
            }
            Stage::Body => seen.lock().unwrap().push((moment.recipient.to_string(), clock.now())),
            _ => {}
        }
        Deed::Usual
    });
    (server, arrivals)
}

/// Plans messages at the clock's time and delivers them with these keys of `delivery.smtp`.
fn delivered(server: &Server, clock: &Clock, keys: &str, messages: &[Message]) -> (School, Delivered) {
    let mut school = School::usual();
    school.mail_to(server.port, "");
    school.config = school.config.replace("wait_minutes: 0", &format!("connections: 1{keys}"));
    school.write();
    plan(&school, messages, clock.now());
    let told = again(&school, clock);
    (school, told)
}

fn again(school: &School, clock: &Clock) -> Delivered {
    let config = load(&school.path("config.yaml")).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut ledger = crate::outbox::owned(&config.state, clock.now()).await;
        let order = Order {
            config: &config,
            smtp: config.delivery.smtp.as_ref().unwrap(),
            channel: "smtp",
            redirected: false,
            kinds: &["reward"],
            only: None,
            clock,
            progress: &ProgressBar::hidden(),
        };
        let delivered = deliver(&mut ledger, &order).await.unwrap();
        ledger.close().await.unwrap();
        delivered
    })
}

const NOON: &str = "2026-03-09T12:00:00Z";

#[test]
fn a_deferred_message_is_tried_again_at_growing_distances_until_it_arrives() {
    let clock = Clock::stepped(at(NOON));
    let (server, arrivals) = server(&clock, 3);
    let messages = [message(1, "home.example", clock.now())];
    let (_, told) = delivered(&server, &clock, ", wait_minutes: 60, retry_minutes: [1, 5, 15]", &messages);
    assert_eq!(told.sent, 1);
    let waited = arrivals.lock().unwrap()[0].1 - at(NOON);
    assert!(waited >= Duration::seconds(21 * 60 * 3 / 4) && waited <= Duration::seconds(21 * 60 * 5 / 4), "{waited}");
}

#[test]
fn a_message_that_is_too_old_is_withheld_with_the_reason() {
    let clock = Clock::stepped(at(NOON));
    let (server, arrivals) = server(&clock, usize::MAX);
    let messages = [message(1, "home.example", clock.now())];
    let (school, told) = delivered(&server, &clock, ", wait_minutes: 1440, retry_minutes: [60, 600]", &messages);
    assert_eq!((told.sent, told.problems.len()), (0, 0));
    assert!(told.holds[0].is_retry);
    clock.set(at(NOON) + Duration::days(3));
    assert_eq!(again(&school, &clock).sent, 0);
    assert!(arrivals.lock().unwrap().is_empty());
    let message = &school.outbox("")[0];
    assert_eq!((message["state"].as_str(), message["cause"].as_str()), (Some("withheld"), Some("too old")));
    assert!(message["attempts"].as_i64().unwrap() > 1);
}

#[test]
fn a_server_that_is_down_for_an_hour_is_waited_for() {
    let clock = Clock::stepped(at(NOON));
    let (hour, up) = (clock.clone(), at(NOON) + Duration::hours(1));
    let server = Server::start(move |moment| {
        if moment.stage == Stage::Greeting && hour.now() < up { Deed::Say("421 4.3.2 not now") } else { Deed::Usual }
    });
    let messages: Vec<Message> = (0..20).map(|number| message(number, "home.example", clock.now())).collect();
    let (_, told) = delivered(&server, &clock, ", wait_minutes: 120", &messages);
    assert_eq!((told.sent, told.problems.len()), (20, 0), "{:?}", told.problems);
    assert_eq!(server.mails().len(), 20);
    assert!(clock.now() >= up && clock.now() < up + Duration::minutes(2));
}

#[test]
fn no_minute_sees_more_mails_than_config_allows() {
    for (keys, most) in [(", per_minute: 7", 7), (", per_domain_per_minute: 4", 4)] {
        let clock = Clock::stepped(at(NOON));
        let (server, arrivals) = server(&clock, 0);
        let messages: Vec<Message> = (0..30).map(|number| message(number, "home.example", clock.now())).collect();
        let (_, told) = delivered(&server, &clock, keys, &messages);
        assert_eq!(told.sent, 30);
        let arrivals = arrivals.lock().unwrap();
        for (_, first) in arrivals.iter() {
            let in_a_minute = arrivals.iter().filter(|(_, at)| *at >= *first && *at < *first + Duration::minutes(1));
            assert!(in_a_minute.count() <= most, "{keys}: {arrivals:?}");
        }
        let minutes = (30 - 1) / most;
        assert!(clock.now() < at(NOON) + Duration::minutes(i64::try_from(minutes).unwrap() + 2), "nor does it dawdle");
    }
}

#[test]
fn mails_to_one_address_are_a_minute_apart_also_from_run_to_run() {
    let clock = Clock::stepped(at(NOON));
    let (server, arrivals) = server(&clock, 0);
    let to_pat = |number: usize, clock: &Clock| Message {
        address: if number.is_multiple_of(2) { "pat@home.example".into() } else { "Pat@Home.example".into() },
        ..message(number, "home.example", clock.now())
    };
    let (school, told) = delivered(&server, &clock, "", &[to_pat(1, &clock), to_pat(2, &clock), to_pat(3, &clock)]);
    assert_eq!(told.sent, 3);
    plan(&school, &[to_pat(4, &clock)], clock.now());
    assert_eq!(again(&school, &clock).sent, 1);
    let arrivals = arrivals.lock().unwrap();
    let apart = arrivals.windows(2).map(|pair| pair[1].1 - pair[0].1);
    assert!(apart.into_iter().all(|apart| apart >= Duration::minutes(1)), "{arrivals:?}");
}

#[test]
fn nobody_is_written_to_in_quiet_hours_nor_outside_the_send_window() {
    for keys in [", quiet_hours: '11:00-14:00'", ", send_window: '14:00-15:00'"] {
        let clock = Clock::stepped(at(NOON));
        let (server, arrivals) = server(&clock, 0);
        let messages = [message(1, "home.example", clock.now())];
        let (school, told) = delivered(&server, &clock, keys, &messages);
        assert_eq!((told.sent, told.problems.len()), (0, 0), "a run does not wait for hours");
        assert_eq!(told.holds[0].until, at("2026-03-09T14:00:00Z"));
        clock.set(told.holds[0].until);
        assert_eq!(again(&school, &clock).sent, 1);
        assert_eq!(arrivals.lock().unwrap().len(), 1);
    }
}

#[test]
fn a_clock_that_jumps_doubles_nothing_delays_nothing_for_ever_and_says_what_it_made_too_old() {
    let clock = Clock::stepped(at(NOON));
    let (server, arrivals) = server(&clock, 1);
    let messages: Vec<Message> = (0..5).map(|number| message(number, "home.example", clock.now())).collect();
    let (school, told) = delivered(&server, &clock, ", wait_minutes: 0", &messages);
    assert_eq!(told.sent, 0, "each is put off");
    clock.set(at("2026-03-01T00:00:00Z"));
    assert_eq!(again(&school, &clock).sent, 5, "the clock was set back by a week: what it put off is due");
    clock.set(at("2020-01-01T00:00:00Z"));
    assert_eq!(again(&school, &clock).sent, 0);
    plan(&school, &[message(9, "home.example", at(NOON))], at(NOON));
    clock.set(at("2040-01-01T00:00:00Z"));
    let told = again(&school, &clock);
    assert_eq!((told.sent, told.too_old), (0, 1), "what waits is not sent years later, and is told");
    assert_eq!(arrivals.lock().unwrap().len(), 5);
}
