//! Mails to a real server: Debian's Postfix, with its certificate, its refusals, its log.

use crate::outbox::many;
use crate::school::School;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A Postfix of its own.
struct Postfix {
    folder: TempDir,
    port: u16,
    child: Child,
}

impl Postfix {
    fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("pf").tempdir().unwrap();
        let port = two_free_ports();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plaudit/postfix.sh");
        let child = Command::new(script).arg(folder.path()).arg(port.to_string()).spawn().unwrap();
        let mut postfix = Self { folder, port, child };
        while !postfix.greets() {
            assert_eq!(postfix.child.try_wait().unwrap(), None, "Postfix did not start; is it installed?");
        }
        postfix
    }

    fn greets(&self) -> bool {
        let Ok(stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).is_ok() && line.starts_with("220")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// How often each Message-ID was delivered, once nothing is on its way any more.
    fn delivered(&self) -> BTreeMap<String, usize> {
        loop {
            let log = std::fs::read_to_string(self.path("postfix.log")).unwrap();
            let queue = |line: &str| Some(line.split("]: ").nth(1)?.split(':').next()?.to_string());
            let with = |text: &str| -> BTreeSet<String> {
                log.lines().filter(|line| line.contains(text)).filter_map(queue).collect()
            };
            let active = with("(queue active)");
            if !active.is_subset(&with(": removed")) {
                std::thread::yield_now();
                continue;
            }
            let mut counts = BTreeMap::new();
            for line in log.lines().filter(|line| line.contains(": message-id=<")) {
                if queue(line).is_some_and(|queue| active.contains(&queue)) {
                    let id = line.split("message-id=").nth(1).unwrap().trim();
                    *counts.entry(id.trim_matches(['<', '>']).to_string()).or_default() += 1;
                }
            }
            return counts;
        }
    }

    /// The mails in its maildir.
    fn mails(&self) -> Vec<Vec<u8>> {
        let entries = std::fs::read_dir(self.path("mail/all/new")).unwrap();
        entries.map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        crate::school::signal(&self.child, "TERM");
        let _ = self.child.wait();
    }
}

/// A port that is free with the one behind it.
fn two_free_ports() -> u16 {
    loop {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        if port < 65_000 && std::net::TcpListener::bind(("127.0.0.1", port + 1)).is_ok() {
            return port;
        }
    }
}

/// The usual school without administrators, mailing to Postfix by these keys of `delivery.smtp`.
fn school(keys: &str) -> School {
    let mut school = School::usual();
    school.config = school.config.replace("administrators: [{address: admin@school.example}]\n", "");
    let _ = writeln!(school.config, "delivery: {{smtp: {{{keys}, wait_minutes: 0}}}}");
    school
}

#[test]
fn mails_travel_encrypted_both_ways_to_a_server_that_proves_who_it_is() {
    let postfix = Postfix::start();
    let authority = postfix.path("tls/cert.pem").display().to_string();
    for (tls, port) in [("starttls", postfix.port), ("implicit", postfix.port + 1)] {
        let school = school(&format!("host: localhost, port: {port}, tls: {tls}, authority: {authority}"));
        let tried = school.plaudit("send-test me@school.example");
        assert_eq!(tried.code, 0, "{tls}: {}", tried.stderr);
        assert!(tried.stdout.contains("\nencrypted\n"), "{}", tried.stdout);
        assert_eq!(school.mail().code, 0);
        assert_eq!(school.states(), BTreeMap::from([("sent".to_string(), 5)]));
    }
    assert_eq!(postfix.delivered().len(), 12 - 5, "the mails of both schools have the same ids, the trials their own");
}

#[test]
fn a_server_that_cannot_prove_who_it_is_gets_nothing() {
    let postfix = Postfix::start();
    let authority = postfix.path("tls/cert.pem").display().to_string();
    for keys in [
        format!("host: localhost, port: {}, tls: starttls", postfix.port),
        format!("host: localhost, port: {}, tls: implicit", postfix.port + 1),
        format!("host: 127.0.0.2, port: {}, tls: starttls, authority: {authority}", postfix.port),
    ] {
        let school = school(&keys);
        let run = school.mail();
        assert_eq!(run.code, 1, "{keys}: {}", run.stdout);
        assert_eq!(school.states(), BTreeMap::from([("planned".to_string(), 5)]), "{keys}: {}", run.stderr);
    }
    assert!(postfix.delivered().is_empty());
}

#[test]
fn a_real_refusal_suppresses_and_a_real_delay_waits() {
    let postfix = Postfix::start();
    let authority = postfix.path("tls/cert.pem").display().to_string();
    let mut school = school(&format!("host: localhost, port: {}, authority: {authority}", postfix.port));
    school.users = school.users.replace("pat.mei@", "nobody.mei@").replace("pat.tom@", "later.tom@");
    assert_eq!(school.mail().code, 1);
    let states: BTreeMap<String, String> = school
        .outbox("")
        .iter()
        .map(|message| (message["recipient"].as_str().unwrap().into(), message["cause"].as_str().unwrap().into()))
        .collect();
    assert_eq!((states["g-mei"].as_str(), states["g-tom"].as_str()), ("no such address", "deferred"));
    assert_eq!(postfix.delivered().len(), 3);
}

/// The TXT record of a private key.
fn record(key: &Path, kind: &str) -> String {
    use base64::Engine;
    let public =
        Command::new("openssl").args(["pkey", "-pubout", "-outform", "DER", "-in"]).arg(key).output().unwrap().stdout;
    // RFC 8463: for Ed25519 the key alone, without its frame.
    let public = if kind == "ed25519" { &public[public.len() - 32..] } else { &public[..] };
    format!("v=DKIM1; k={kind}; p={}", base64::engine::general_purpose::STANDARD.encode(public))
}

#[test]
fn what_arrives_is_signed_by_every_key_and_is_a_mail_to_programs_that_are_not_ours() {
    let postfix = Postfix::start();
    let (rsa, ed25519) = (postfix.path("rsa.pem"), postfix.path("ed25519.pem"));
    for (file, arguments) in [(&rsa, ["-algorithm", "rsa"]), (&ed25519, ["-algorithm", "ed25519"])] {
        assert!(
            Command::new("openssl")
                .arg("genpkey")
                .args(arguments)
                .arg("-out")
                .arg(file)
                .output()
                .unwrap()
                .status
                .success()
        );
    }
    let key = |selector: &str, file: &Path| {
        format!("{{domain: school.example, selector: {selector}, key_file: {}}}", file.display())
    };
    let authority = postfix.path("tls/cert.pem").display().to_string();
    let keys = format!("dkim: [{}, {}]", key("r", &rsa), key("e", &ed25519));
    let mut school = school(&format!("host: localhost, port: {}, authority: {authority}, {keys}", postfix.port));
    school.config.push_str("web: {url: 'https://effort.school.example'}\n");
    assert_eq!(school.mail().code, 0);
    assert_eq!(postfix.delivered().len(), 5);
    for mail in postfix.mails() {
        let text = String::from_utf8(mail).unwrap();
        let whole = text.replace("\r\n", "\n").replace('\n', "\r\n");
        let mut check = Command::new("/usr/bin/python3")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plaudit/verify_mail.py"))
            .arg(format!("r._domainkey.school.example={}", record(&rsa, "rsa")))
            .arg(format!("e._domainkey.school.example={}", record(&ed25519, "ed25519")))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        check.stdin.take().unwrap().write_all(whole.as_bytes()).unwrap();
        let checked = check.wait_with_output().unwrap();
        let told = String::from_utf8(checked.stdout).unwrap();
        assert!(checked.status.success() && told.starts_with("2 "), "{told}\n{whole}");
        for name in ["from:from", "to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post"] {
            assert!(format!("{}:", told.trim()).contains(&format!("{name}:")), "{name} is not signed: {told}");
        }
    }
}

#[test]
fn after_random_kills_the_log_of_postfix_and_the_ledger_say_the_same() {
    const MESSAGES: usize = 600;
    let postfix = Postfix::start();
    let school = many(MESSAGES, postfix.port, "home.example");
    let mut dice = ChaCha8Rng::seed_from_u64(14);
    for _ in 0..40 {
        let mut child = school.start("outbox retry");
        let log = || std::fs::metadata(postfix.path("postfix.log")).unwrap().len();
        let until = log() + dice.random_range(0..6000);
        while log() < until && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let _ = child.kill();
        child.wait().unwrap();
    }
    let left = school.command("outbox retry", &[]);
    assert!(left.code < 2, "{}", left.stderr);
    let delivered = postfix.delivered();
    assert!(delivered.values().all(|count| *count == 1), "Postfix got no mail twice");
    let messages = school.outbox("");
    assert_eq!(messages.len(), MESSAGES);
    for message in messages {
        let id = message["message_id"].as_str().unwrap();
        match message["state"].as_str().unwrap() {
            "sent" => assert!(delivered.contains_key(id), "{id} is called sent and never arrived"),
            "unknown" => {}
            state => panic!("{id} is {state}"),
        }
    }
}
