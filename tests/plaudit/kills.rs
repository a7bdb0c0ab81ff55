//! Processes that are killed, stopped and started again: whatever the moment, no mail is lost and none is sent twice.
//!
//! The server, which knows where a conversation stands, is what kills at a stage; a transaction of the test's own that
//! holds the ledger is what keeps the program before a commit.

use crate::outbox::many;
use crate::school::School;
use crate::server::{Deed, Moment, Server, Stage};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use std::collections::BTreeMap;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

/// A server that says when a message gets to a stage, and then says nothing more about it.
fn tells(stage: Stage) -> (Server, Receiver<()>) {
    let (sender, receiver) = channel();
    let sender = Mutex::new(sender);
    let script = move |moment: &Moment<'_>| {
        if moment.stage == stage && moment.message == 0 {
            let _ = sender.lock().unwrap().send(());
            return Deed::Wait;
        }
        Deed::Usual
    };
    (Server::start(script), receiver)
}

fn signal(child: &Child, name: &str) {
    assert!(crate::school::signal(child, name).success());
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// How often the server accepted each mail.
fn accepted(servers: &[&Server]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for mail in servers.iter().flat_map(|server| server.mails()) {
        *counts.entry(mail.id()).or_default() += 1;
    }
    counts
}

/// The same school, mailing to another server.
fn moved(school: &mut School, from: &Server, to: &Server) {
    school.config = school.config.replace(&format!("port: {}", from.port), &format!("port: {}", to.port));
    school.write();
}

#[test]
fn killed_at_any_stage_of_a_mail_a_message_is_sent_once_or_unknown_and_shown() {
    for stage in [Stage::Greeting, Stage::Hello, Stage::Mail, Stage::Recipient, Stage::Data, Stage::Body] {
        let (first, reached) = tells(stage);
        let mut school = many(3, first.port, "home.example");
        let child = school.start("outbox retry");
        reached.recv().unwrap();
        kill(child);
        let second = Server::usual();
        moved(&mut school, &first, &second);
        school.command("outbox retry", &[]);
        let states = school.states();
        let unknown = states.get("unknown").copied().unwrap_or(0);
        assert_eq!(states.get("sent").copied().unwrap_or(0) + unknown, 3, "{stage:?}: {states:?}");
        assert!(accepted(&[&first, &second]).values().all(|count| *count == 1), "{stage:?}");
        let untouched = matches!(stage, Stage::Greeting | Stage::Hello);
        assert!(unknown == 0 || !untouched, "{stage:?}: nothing was said of any message, so none is unknown");
    }
}

/// A server that says when a conversation gets to a stage, and goes on once the gate is open.
fn gated(stage: Stage) -> (Server, Receiver<()>, Arc<Mutex<()>>) {
    let (sender, reached) = channel();
    let (sender, gate) = (Mutex::new(sender), Arc::new(Mutex::new(())));
    let closed = gate.clone();
    let server = Server::start(move |moment| {
        if moment.stage == stage {
            let _ = sender.lock().unwrap().send(());
            drop(closed.lock());
        }
        Deed::Usual
    });
    (server, reached, gate)
}

/// A transaction that keeps everybody else from writing to the ledger.
async fn hold(school: &School) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(school.path(".plaudit/ledger.sqlite"));
    let mut connection = options.connect().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await.unwrap();
    connection
}

#[test]
fn what_cannot_claim_says_nothing_about_any_message() {
    let (server, reached, gate) = gated(Stage::Hello);
    let school = many(3, server.port, "home.example");
    let shut = gate.lock().unwrap();
    let mut child = school.start("outbox retry");
    reached.recv().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let held = runtime.block_on(hold(&school));
    drop(shut);
    assert_eq!(child.wait().unwrap().code(), Some(2), "it gives up, since it cannot write");
    assert!(!server.transcript().iter().any(|line| line.contains("MAIL")), "{:?}", server.transcript());
    runtime.block_on(held.close()).unwrap();
    assert_eq!(school.states(), BTreeMap::from([("planned".to_string(), 3)]));
    assert_eq!(school.command("outbox retry", &[]).code, 0);
    assert_eq!(accepted(&[&server]).len(), 3);
}

#[test]
fn killed_between_the_servers_answer_and_its_own_commit_a_message_is_unknown() {
    let (server, reached, gate) = gated(Stage::Body);
    let school = many(1, server.port, "home.example");
    let shut = gate.lock().unwrap();
    let child = school.start("outbox retry");
    reached.recv().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let held = runtime.block_on(hold(&school));
    drop(shut);
    while server.mails().is_empty() {
        std::thread::yield_now();
    }
    kill(child);
    runtime.block_on(held.close()).unwrap();
    school.command("outbox retry", &[]);
    assert_eq!(school.states(), BTreeMap::from([("unknown".to_string(), 1)]));
    assert_eq!(accepted(&[&server]).len(), 1, "it was sent once and is not sent again by itself");
}

#[test]
fn two_processes_never_send_from_one_ledger_at_once() {
    let (server, reached) = tells(Stage::Mail);
    let school = many(3, server.port, "home.example");
    let first = school.start("outbox retry");
    reached.recv().unwrap();
    for line in
        ["outbox retry", "outbox resend", "run --week 2026-03-02 --confirm 5", "purge", "person erase g1 --confirm"]
    {
        let second = school.command(line, &[]);
        assert_eq!(second.code, 2, "{line}");
        assert!(second.stderr.contains("another plaudit is at work on this ledger"), "{line}: {}", second.stderr);
    }
    assert_eq!(school.command("outbox list", &[]).code, 0, "looking is always possible");
    // Stopped, it still is the owner, however long it sleeps.
    signal(&first, "STOP");
    assert_eq!(school.command("outbox retry", &[]).code, 2);
    signal(&first, "CONT");
    kill(first);
    assert_ne!(school.command("outbox retry", &[]).code, 2, "and with it, its ownership died");
}

#[test]
fn a_process_that_wakes_after_its_line_died_sends_nothing_twice() {
    let (server, reached) = tells(Stage::Body);
    let school = many(3, server.port, "home.example");
    let mut child = school.start("outbox retry");
    reached.recv().unwrap();
    // The two others are through before it sleeps.
    while server.mails().len() < 2 {
        std::thread::yield_now();
    }
    signal(&child, "STOP");
    let before = server.mails();
    let port = server.port;
    drop(server);
    let second = Server::start_on(port, |_| Deed::Usual);
    signal(&child, "CONT");
    child.wait().unwrap();
    school.write();
    school.command("outbox retry", &[]);
    let counts = accepted(&[&second]);
    assert!(before.iter().all(|mail| !counts.contains_key(&mail.id())));
    assert!(counts.is_empty(), "all three were settled or unknown");
    let states = school.states();
    let unknown = states["unknown"];
    assert!(unknown >= 1 && unknown + states.get("sent").copied().unwrap_or(0) == 3, "{states:?}");
}

#[test]
fn two_hundred_random_kills_over_five_thousand_messages_lose_nothing_and_double_nothing() {
    const MESSAGES: usize = 5000;
    let (news, bodies) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (stages, counted) = (news.clone(), bodies.clone());
    let server = Server::start(move |moment| {
        stages.fetch_add(1, Ordering::SeqCst);
        counted.fetch_add(usize::from(moment.stage == Stage::Body), Ordering::SeqCst);
        Deed::Usual
    });
    let school = many(MESSAGES, server.port, "home.example");
    let mut dice = ChaCha8Rng::seed_from_u64(4);
    for _ in 0..200 {
        let mut child = school.start("outbox retry");
        // Some stages of some conversations later, wherever that is.
        let until = news.load(Ordering::SeqCst) + dice.random_range(0..200);
        while news.load(Ordering::SeqCst) < until && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let _ = child.kill();
        child.wait().unwrap();
    }
    let left = school.command("outbox retry", &[]);
    assert!(left.code < 2, "{}", left.stderr);
    let counts = accepted(&[&server]);
    assert!(counts.values().all(|count| *count == 1), "no mail was accepted twice");
    let messages = school.outbox("");
    for message in &messages {
        let id = format!("<{}>", message["message_id"].as_str().unwrap());
        match message["state"].as_str().unwrap() {
            "sent" => assert!(counts.contains_key(&id), "{id} is called sent and never was"),
            "unknown" => {}
            state => panic!("{id} is {state}"),
        }
    }
    assert_eq!(messages.len(), MESSAGES);
    let unknown = messages.iter().filter(|message| message["state"] == "unknown").count();
    assert!(unknown <= 200 * 8, "at most one for each line of each process: {unknown}");
    assert_eq!(school.command("outbox verify", &[]).code, 0);
}

#[test]
fn a_disk_that_is_full_ends_the_run_and_what_left_is_known() {
    let server = Server::usual();
    let school = many(400, server.port, "home.example");
    // No file may grow beyond 300 KB, which the ledger's log of changes soon would.
    let line = format!("trap '' XFSZ; ulimit -f 300; exec {} outbox retry", env!("CARGO_BIN_EXE_plaudit"));
    let full = Command::new("bash").args(["-c", &line]).current_dir(school.path(".")).output().unwrap();
    let told = String::from_utf8_lossy(&full.stderr).into_owned();
    assert_ne!(full.status.code(), Some(0), "{told}");
    assert!(told.contains("the ledger cannot be used") && told.contains("disk is full"), "{told}");
    let after = school.command("outbox retry", &[]);
    assert!(after.code < 2, "{}", after.stderr);
    let counts = accepted(&[&server]);
    assert!(counts.values().all(|count| *count == 1));
    let states = school.states();
    let unknown = states.get("unknown").copied().unwrap_or(0);
    assert_eq!(states.get("sent").copied().unwrap_or(0) + unknown, 400, "{states:?}");
    assert!(counts.len() + unknown >= 400);
}
