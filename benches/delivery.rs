//! Delivery against `smtp-source`, on Postfix's `smtp-sink`: messages a second, with and without signatures, and memory.
//!
//! `cargo bench --bench delivery -- [MESSAGES] [CONNECTIONS]`. It needs `smtp-sink` and `smtp-source` (Debian: postfix).

use base64::Engine;
use chrono::{DateTime, Duration, Utc};
use indicatif::ProgressBar;
use plaudit::calendar::clock::Clock;
use plaudit::config::{Audience, Config, parse};
use plaudit::delivery::smtp::{Order, deliver};
use plaudit::hash::Digest;
use plaudit::ledger::{Key, Ledger, Message};
use plaudit::rendering::mail;
use std::path::Path;
use std::process::{Child, Command, Stdio};

const PDF_BYTES: usize = 30_000;

fn main() {
    let numbers: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let messages = numbers.first().copied().unwrap_or(2000);
    let connections = numbers.get(1).copied().unwrap_or(10);
    let folder = tempfile::tempdir().expect("a folder");
    let keys = keys(folder.path());
    println!("{messages} messages with a PDF of {PDF_BYTES} bytes, {connections} connections");
    for round in 1..=3 {
        let source = source(messages, connections);
        println!("round {round}: smtp-source {source:.0}/s");
        for (name, dkim) in [("unsigned", ""), ("ed25519", keys[0].as_str()), ("rsa 2048", keys[1].as_str())] {
            let before = processor_milliseconds();
            let ours = ours(messages, connections, dkim);
            let spent = (processor_milliseconds() - before) * 1000 / messages as u64;
            let (share, peak) = (ours / source, peak_megabytes());
            println!(
                "  plaudit, {name}: {ours:.0}/s, {share:.2} of smtp-source, {spent} us of CPU each, peak {peak} MB"
            );
        }
    }
}

/// A key of each kind, as lines of config.
fn keys(folder: &Path) -> [String; 2] {
    let kinds = [
        ("ed25519", vec!["-algorithm", "ed25519"]),
        ("rsa", vec!["-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:2048"]),
    ];
    kinds.map(|(name, arguments)| {
        let file = folder.join(name);
        let made = Command::new("openssl").arg("genpkey").args(arguments).arg("-out").arg(&file).output();
        assert!(made.expect("openssl").status.success());
        format!(", dkim: [{{domain: school.example, selector: s, key_file: {}}}]", file.display())
    })
}

fn sink(port: u16) -> Child {
    let sink = Command::new("smtp-sink")
        .args(["-u", "postfix", &format!("127.0.0.1:{port}"), "400"])
        .stdout(Stdio::null())
        .spawn();
    let sink = sink.expect("smtp-sink; install postfix");
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        std::thread::yield_now();
    }
    sink
}

/// Messages a second of Postfix's own load generator, with mails as long as ours.
fn source(messages: usize, connections: usize) -> f64 {
    let mut sink = sink(2599);
    let length = (PDF_BYTES * 4 / 3 + 3000).to_string();
    let (count, sessions) = (messages.to_string(), connections.to_string());
    let begun = Clock::System.now();
    let ran = Command::new("smtp-source")
        .args(["-d", "-m", &count, "-s", &sessions, "-l", &length, "-f", "a@school.example", "-t", "b@home.example"])
        .arg("127.0.0.1:2599")
        .status();
    let rate = per_second(messages, begun);
    assert!(ran.expect("smtp-source").success());
    let _ = sink.kill();
    let _ = sink.wait();
    rate
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand")]
fn per_second(messages: usize, begun: DateTime<Utc>) -> f64 {
    messages as f64 / (Clock::System.now() - begun).as_seconds_f64()
}

fn ours(messages: usize, connections: usize, dkim: &str) -> f64 {
    let mut sink = sink(2598);
    let folder = tempfile::tempdir().expect("a folder");
    let config = config(folder.path(), connections, dkim);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let rate = runtime.block_on(async {
        let now = Clock::System.now();
        let mut ledger = Ledger::open(&config.state, now).await.expect("a ledger");
        plan(&mut ledger, &config, messages, now).await;
        let begun = Clock::System.now();
        let order = Order {
            config: &config,
            smtp: config.delivery.smtp.as_ref().expect("a server"),
            channel: "smtp",
            redirected: false,
            kinds: &["reward"],
            only: None,
            clock: &Clock::System,
            progress: &ProgressBar::hidden(),
        };
        let delivered = deliver(&mut ledger, &order).await.expect("a delivery");
        assert_eq!((delivered.sent, delivered.problems), (messages as u64, Vec::new()));
        per_second(messages, begun)
    });
    let _ = sink.kill();
    let _ = sink.wait();
    rate
}

fn config(folder: &Path, connections: usize, dkim: &str) -> Config {
    let text = format!(
        "sender: {{name: Reports, address: reports@school.example}}\ntime_zone: UTC\nsources: {{sample: {{}}}}\n\
         schedules: []\ndelivery: {{smtp: {{host: 127.0.0.1, port: 2598, tls: none, plain_text_to: 127.0.0.1, \
         connections: {connections}{dkim}}}}}\n"
    );
    parse(&folder.join("config.yaml"), &text).expect("a config")
}

/// Plans messages to as many addresses, each with the same PDF, a hundred at a time.
async fn plan(ledger: &mut Ledger, config: &Config, messages: usize, now: DateTime<Utc>) {
    let pdf: Vec<u8> = (0..PDF_BYTES).map(|index| u8::try_from(index * 7919 % 251).unwrap_or(0)).collect();
    let document = Digest::of(&[&pdf]);
    let documents = config.state.join("documents");
    std::fs::create_dir_all(&documents).expect("a folder");
    std::fs::write(documents.join(format!("{document}.pdf")), &pdf).expect("a document");
    let numbers: Vec<usize> = (0..messages).collect();
    for part in numbers.chunks(100) {
        let part: Vec<Message> = part.iter().map(|number| message(*number, &pdf, &document, now)).collect();
        ledger.plan(&part, 1, now).await.expect("planned");
    }
}

fn message(number: usize, pdf: &[u8], document: &Digest, now: DateTime<Utc>) -> Message {
    let text = base64::engine::general_purpose::STANDARD.encode([b'x'; 57]);
    let head = format!(
        "From: Reports <reports@school.example>\r\nTo: <g{number}@home.example>\r\nSubject: A good week\r\n\
         Message-ID: <m{number}@school.example>\r\nDate: Mon, 02 Mar 2026 00:00:00 +0000\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{}\r\n--b\r\n\
         Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        format!("{text}\r\n").repeat(30)
    );
    let (head, tail) = (head.into_bytes(), b"\r\n--b--\r\n".to_vec());
    let part = |text: &str| text.to_string();
    Message {
        key: Key {
            kind: part("reward"),
            period: part("2026-03-02"),
            organization: part("s1"),
            recipient: format!("g{number}"),
            subject: format!("s{number}"),
            channel: part("smtp"),
        },
        address: format!("g{number}@home.example"),
        reason: String::new(),
        whole: mail::digest(&mail::assemble(&head, Some(pdf), &tail)),
        head,
        tail,
        document: Some(document.clone()),
        document_name: None,
        attached: true,
        audience: Audience::Guardians,
        mail_id: format!("m{number}@school.example"),
        zone: chrono_tz::UTC,
        not_after: now + Duration::days(3),
        links: Vec::new(),
    }
}

/// The time that processors spent on this process, in milliseconds: fields 14 and 15 of its line, in ticks of 10 ms.
fn processor_milliseconds() -> u64 {
    let line = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = line.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10
}

/// The most memory that this process ever had.
fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().split(' ').next().and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or(0) / 1024
}
