//! `serve`: a process that does what is owed, takes edits, answers monitors and ends in order.

use crate::school::{School, signal};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};

/// A process that serves a school, and its log.
struct Served {
    child: Child,
    log: BufReader<ChildStdout>,
    address: String,
}

impl Served {
    fn begin(school: &mut School) -> Self {
        let _ = writeln!(school.config, "monitoring: {{listen: '127.0.0.1:0'}}");
        school.write();
        let mut command = Command::new(env!("CARGO_BIN_EXE_plaudit"));
        let command = command.arg("serve").current_dir(school.path(""));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let log = BufReader::new(child.stdout.take().unwrap());
        let mut served = Self { child, log, address: String::new() };
        let listening = served.until("listening on http://");
        served.address = listening.split("http://").nth(1).unwrap().to_string();
        served
    }

    /// The next line of the log with a text in it.
    fn until(&mut self, text: &str) -> String {
        let mut before = String::new();
        loop {
            let mut line = String::new();
            assert!(self.log.read_line(&mut line).unwrap() > 0, "the log ended without `{text}`:\n{before}");
            if line.contains(text) {
                return line.trim_end().to_string();
            }
            before.push_str(&line);
        }
    }

    /// What a page answers: status line and body.
    fn get(&self, path: &str) -> (String, String) {
        let mut line = TcpStream::connect(&self.address).unwrap();
        write!(line, "GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.lines().next().unwrap().to_string(), body.to_string())
    }

    /// Asks it to stop, and waits until it has.
    fn end(mut self) -> String {
        signal(&self.child, "TERM");
        let mut rest = String::new();
        self.log.read_to_string(&mut rest).unwrap();
        assert!(self.child.wait().unwrap().success(), "{rest}");
        rest
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Where a test has failed before its end.
        let _ = self.child.kill();
    }
}

/// The usual school with days of activity up to now, so that a week of today can be told.
fn school_of_today() -> School {
    let mut school = School::usual();
    let today = plaudit::calendar::clock::Clock::System.now().date_naive();
    for days in 1..40 {
        school.event("mei", 3, &format!("{}T15:00:00Z", today - chrono::Days::new(days)));
    }
    school
}

#[test]
fn it_does_what_is_owed_and_ends_when_it_is_asked_to() {
    let mut school = school_of_today();
    let mut served = Served::begin(&mut school);
    assert!(served.until("run 1 for the week of").contains("sent now"));
    let (status, body) = served.get("/healthz");
    assert_eq!((status.as_str(), body.as_str()), ("HTTP/1.1 200 OK", "ok\n"));
    let (_, metrics) = served.get("/metrics");
    assert!(metrics.contains("plaudit_faults 0"), "{metrics}");
    assert!(
        metrics.contains("plaudit_messages{channel=\"folder\",kind=\"teacher_report\",state=\"sent\"} 1"),
        "{metrics}"
    );
    assert!(metrics.contains("plaudit_next_occasion_timestamp_seconds{schedule=\"reward\",zone=\"UTC\"}"), "{metrics}");
    let (status, page) = served.get("/");
    assert_eq!(status, "HTTP/1.1 200 OK");
    assert!(page.contains("All that was due has run.") && page.contains("teacher_report"), "{page}");
    assert!(!page.contains("Mei") && !page.contains('@'), "the page names nobody");
    // The ledger is free for other commands between two occasions.
    assert_eq!(school.command("outbox retry", &[]).code, 0);
    assert!(served.end().contains("stopped"));
    assert_eq!(school.states().keys().collect::<Vec<_>>(), ["sent"]);
}

#[test]
fn an_edit_takes_effect_and_one_that_is_wrong_leaves_the_old_in_force() {
    let mut school = school_of_today();
    let mut served = Served::begin(&mut school);
    served.until("run 1 for the week of");
    let good = school.config.clone();

    school.config = good.replace("notice: reward,", "name: praise, notice: reward,");
    school.write();
    served.until("settings were edited and are in force");
    assert!(served.until("name").contains("schedules[1].name: nothing -> praise"));

    let moved = school.config.replace("address: reports@school.example", "address: office@school.example");
    std::fs::write(school.path("config.yaml"), &moved).unwrap();
    let told = served.until("sender.address");
    assert!(!told.contains('@'), "the log names no address: {told}");
    std::fs::write(school.path("config.yaml"), "sender: {name: [").unwrap();
    served.until("an edit was not taken");
    assert!(served.until("config.yaml").contains("not YAML"));
    assert_eq!(served.get("/healthz").0, "HTTP/1.1 503 Service Unavailable");
    let (_, page) = served.get("/");
    assert!(page.contains("An edit of the settings was not taken"), "{page}");

    std::fs::write(school.path("config.yaml"), &moved).unwrap();
    served.until("settings are as they were");
    assert_eq!(served.get("/healthz").0, "HTTP/1.1 200 OK");
    served.end();
    let alarms: Vec<_> = school.outbox("").into_iter().filter(|message| message["kind"] == "alarm").collect();
    assert_eq!(alarms.len(), 1, "the administrators were told once");
    assert_eq!(alarms[0]["state"], "sent");
}

#[test]
fn settings_that_are_wrong_at_the_start_are_told_and_nothing_is_served() {
    let mut school = School::usual();
    school.config = school.config.replace("time_zone: UTC", "time_zone: Europe/Rom");
    let output = school.plaudit("serve");
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("did you mean `Europe/Rome`?"), "{}", output.stderr);
}

#[test]
fn whoever_watches_is_pinged_after_each_run_that_went_well_and_at_the_other_address_after_one_that_did_not() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let watcher = std::thread::spawn(move || {
        let mut asked = Vec::new();
        for _ in 0..2 {
            let (mut line, _) = listener.accept().unwrap();
            let mut request = String::new();
            BufReader::new(line.try_clone().unwrap()).read_line(&mut request).unwrap();
            write!(line, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
            asked.push(request.trim_end().to_string());
        }
        asked
    });
    let mut school = School::usual();
    let pings = format!("ping: 'http://127.0.0.1:{port}/well', ping_failed: 'http://127.0.0.1:{port}/failed'");
    let _ = writeln!(school.config, "monitoring: {{{pings}}}");
    school.run();
    std::fs::remove_file(school.path("events.csv")).unwrap();
    assert_eq!(school.command("run --week 2026-03-02", &[]).code, 2);
    assert_eq!(watcher.join().unwrap(), ["GET /well HTTP/1.1", "GET /failed HTTP/1.1"]);

    // Nobody listens any more: the run is what it is, and says that it was not heard.
    school.write();
    let output = school.command("run --week 2026-03-02", &[]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(output.stderr.contains("monitoring.ping: was not heard"), "{}", output.stderr);
}

#[test]
fn a_template_that_is_wrong_stays_out_of_the_next_run_too() {
    let mut school = school_of_today();
    school.config.push_str("templates: mine\n");
    std::fs::create_dir_all(school.path("mine/mail/digest")).unwrap();
    std::fs::write(school.path("mine/mail/digest/subject.txt"), "How it went").unwrap();
    let mut served = Served::begin(&mut school);
    served.until("run 1 for the week of");
    std::fs::write(school.path("mine/mail/digest/subject.txt"), "{{ nothing.of.this }}").unwrap();
    served.until("an edit was not taken");
    assert!(served.until("digest/subject.txt").contains("nothing"));
    let kept = std::fs::read_to_string(school.path(".plaudit/templates-in-force/mail/digest/subject.txt")).unwrap();
    assert_eq!(kept, "How it went");
    std::fs::write(school.path("mine/mail/digest/subject.txt"), "How the week went").unwrap();
    served.until("are in force as they are now");
    served.end();
}
