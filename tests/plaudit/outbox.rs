//! A ledger with many messages that wait, written through the library, so that a test of delivery need not typeset them.

use crate::school::School;
use chrono::{DateTime, Duration, Utc};
use plaudit::calendar::clock::Clock;
use plaudit::config::Audience;
use plaudit::hash::Digest;
use plaudit::ledger::{Key, Ledger, Message};

/// A school whose ledger has so many messages to so many guardians at a domain, and whose mails go to a port.
pub fn many(count: usize, port: u16, domain: &str) -> School {
    let mut school = School::usual();
    school.mail_to(port, ", connections: 8");
    school.write();
    let now = Clock::System.now();
    let messages: Vec<Message> = (0..count).map(|number| message(number, domain, now)).collect();
    plan(&school, &messages, now);
    school
}

/// The ledger, opened in this process. A process that another test starts holds this one's locks until it has begun its own
/// program, so it may take a moment.
pub async fn owned(state: &std::path::Path, now: DateTime<Utc>) -> Ledger {
    loop {
        if let Some(ledger) = Ledger::own(state, now).await.unwrap() {
            return ledger;
        }
        tokio::task::yield_now().await;
    }
}

/// Plans messages in a school's ledger.
pub fn plan(school: &School, messages: &[Message], now: DateTime<Utc>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut ledger = owned(&school.path(".plaudit"), now).await;
        ledger.plan(messages, 0, now).await.unwrap();
        ledger.close().await.unwrap();
    });
}

/// A small message to the guardian of a number.
pub fn message(number: usize, domain: &str, now: DateTime<Utc>) -> Message {
    let (address, mail_id) = (format!("g{number}@{domain}"), format!("m{number}@school.example"));
    let head = format!(
        "From: Reports <reports@school.example>\r\nTo: <{address}>\r\nSubject: A good week\r\n\
         Message-ID: <{mail_id}>\r\nDate: Mon, 02 Mar 2026 00:00:00 +0000\r\n\r\nA good week.\r\n"
    );
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
        whole: Digest::of(&[head.as_bytes()]),
        address,
        reason: String::new(),
        head: head.into_bytes(),
        tail: Vec::new(),
        document: None,
        document_name: None,
        attached: false,
        audience: Audience::Guardians,
        mail_id,
        zone: chrono_tz::UTC,
        not_after: now + Duration::days(3),
        links: Vec::new(),
    }
}
