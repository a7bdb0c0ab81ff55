//! Claims about mails that are cut, mangled, forged or made to exhaust the reader.

use super::{bounce, sample, samples, with_report};
use crate::delivery::returned::{Returned, understand};

/// How many mangled mails are tried.
const MANGLED: usize = 20_000;

/// Nothing that is handed on moves a cursor, breaks a line or goes on for ever.
fn assert_tame(returned: &Returned) {
    let texts: Vec<&str> = match returned {
        Returned::Bounce(bounce) => {
            assert!(bounce.diagnostic.chars().count() <= 300);
            assert!(bounce.status.split('.').all(|piece| piece.parse::<u16>().is_ok()), "{}", bounce.status);
            let known = [&bounce.mail_id, &bounce.envelope, &bounce.recipient];
            known.into_iter().flatten().chain([&bounce.status, &bounce.diagnostic]).map(String::as_str).collect()
        }
        Returned::Complaint(complaint) => {
            let known = [&complaint.mail_id, &complaint.envelope, &complaint.recipient];
            known.into_iter().flatten().chain([&complaint.kind]).map(String::as_str).collect()
        }
        Returned::Stop { token } => vec![token],
        Returned::Notice | Returned::Other => vec![],
    };
    for text in texts {
        assert!(text.chars().count() < 1000 && !text.contains(char::is_control), "{text:?}");
    }
}

#[test]
fn a_mail_cut_anywhere_is_read_without_panic() {
    for mail in samples() {
        for end in 0..mail.len() {
            assert_tame(&understand(&mail[..end]));
            assert_tame(&understand(&mail[end..]));
        }
    }
}

/// A generator of noise that needs no crate: Knuth's constants.
struct Noise(u64);

impl Noise {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn byte(&mut self) -> u8 {
        let telling = b"\n\r\t :;=?-_<>()\"\\,@.%{}\0\x1b\xff\xc3";
        if self.below(2) == 0 { telling[self.below(telling.len())] } else { u8::try_from(self.below(256)).unwrap() }
    }
}

#[test]
fn a_mangled_mail_is_read_without_panic() {
    let mut noise = Noise(5);
    let samples = samples();
    for _ in 0..MANGLED {
        let mut mail = samples[noise.below(samples.len())].clone();
        for _ in 0..=noise.below(20) {
            let at = noise.below(mail.len());
            match noise.below(4) {
                0 => mail[at] = noise.byte(),
                1 => mail.insert(at, noise.byte()),
                2 => drop(mail.drain(at..(at + noise.below(80)).min(mail.len() - 1).max(at))),
                _ => {
                    let from = noise.below(mail.len());
                    let piece = mail[from..(from + noise.below(200)).min(mail.len())].to_vec();
                    mail.splice(at..at, piece);
                }
            }
        }
        assert_tame(&understand(&mail));
    }
}

#[test]
fn binary_noise_is_read_without_panic() {
    let mut noise = Noise(7);
    for length in (0..2000).chain([100_000]) {
        let mail: Vec<u8> = (0..length).map(|_| noise.byte()).collect();
        assert_tame(&understand(&mail));
    }
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    let base64 = "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n";
    let multipart = |i: usize| format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n");
    for mail in [
        "Content-Type: message/rfc822\n\n".repeat(200_000),
        "Content-Type: multipart/digest; boundary=b\n\n--b\n\n".repeat(100_000),
        base64.repeat(100_000),
        (0..100_000).map(multipart).collect(),
        format!("To: {}", "(".repeat(1_000_000)),
        format!("Content-Type: a/b; {}", "(".repeat(1_000_000)),
    ] {
        assert_eq!(understand(mail.as_bytes()), Returned::Other);
    }
}

#[test]
fn huge_heads_and_many_parts_cost_little() {
    let parts = "--b\nContent-Type: message/delivery-status\n\n".repeat(200_000);
    for mail in [
        "a:\n".repeat(5_000_000),
        format!("To: {}\n\nbody", "a@b,".repeat(2_000_000)),
        format!("Subject: {}", "=?utf-8?q?a?= ".repeat(500_000)),
        format!("Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n{parts}"),
        "x".repeat(20_000_000),
        "\n".repeat(20_000_000),
    ] {
        assert_eq!(understand(mail.as_bytes()), Returned::Other);
    }
}

#[test]
fn a_report_is_found_before_a_large_returned_mail() {
    let mut mail = sample("postfix-expired");
    mail.truncate(mail.len() - "--B/mx--\n".len());
    mail.extend(b"lorem ipsum\n".repeat(1_000_000));
    assert_eq!(understand(&mail), Returned::Bounce(bounce("postfix-expired")));
}

#[test]
fn control_characters_and_turned_writing_never_reach_the_terminal() {
    let fields = "Action: failed\nStatus: 5.1.1\nFinal-Recipient: rfc822; a\u{1b}[2J@example.org\n\
                  Diagnostic-Code: smtp; 550 \u{202e}evil\u{7}\0 text";
    let Returned::Bounce(bounce) = with_report(fields) else { panic!("no bounce") };
    assert_eq!((bounce.recipient.as_deref(), bounce.diagnostic.as_str()), (Some("a [2J@example.org"), "550 evil text"));
    let Returned::Bounce(bounce) = with_report(&format!("Status: 5.1.1\nDiagnostic-Code: {}", "ä".repeat(5000)))
    else {
        panic!("no bounce")
    };
    assert_eq!(bounce.diagnostic, "ä".repeat(300));
}
