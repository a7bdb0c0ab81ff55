//! One conversation of the scripted server: the commands of SMTP, each answered as the script says.

use super::{Deed, Mail, Moment, Shared, Stage, lock};
use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::Ordering;

/// Leads one conversation to its end, which is quiet however it comes.
pub(super) fn converse(shared: &Shared, stream: &TcpStream, connection: usize) {
    let _ = stream.set_nodelay(true);
    let reader = BufReader::with_capacity(1 << 16, stream);
    let mut conversation = Conversation { shared, stream, reader, connection, welcome: false, transaction: None };
    let _ = conversation.run();
    let _ = stream.shutdown(Shutdown::Both);
}

/// What a client has said since its MAIL.
struct Transaction {
    message: usize,
    from: String,
    recipients: Vec<String>,
}

/// One connection's state. In its functions `None` means that the conversation is over.
struct Conversation<'a> {
    shared: &'a Shared,
    stream: &'a TcpStream,
    reader: BufReader<&'a TcpStream>,
    connection: usize,
    /// Whether EHLO or HELO had its yes.
    welcome: bool,
    transaction: Option<Transaction>,
}

impl Conversation<'_> {
    fn run(&mut self) -> Option<()> {
        let deed = self.ask(Stage::Greeting, "");
        let open = self.answer(deed, "220 localhost ESMTP")?;
        loop {
            let line = self.hear()?;
            self.note(&line);
            if open || line.eq_ignore_ascii_case("QUIT") {
                self.obey(&line)?;
            } else {
                self.say("503 5.5.1 no service here")?;
            }
        }
    }

    fn obey(&mut self, line: &str) -> Option<()> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.hello(rest, &self.capabilities()),
            "HELO" => self.hello(rest, "250 localhost"),
            "MAIL" => self.mail(rest),
            "RCPT" => self.recipient(rest),
            "DATA" => self.data(),
            "RSET" => self.reset(),
            "NOOP" => self.say("250 2.0.0 still here"),
            "AUTH" => self.auth(rest),
            "STARTTLS" => self.say("220 go").and(None),
            "QUIT" => self.say("221 2.0.0 bye").and(None),
            _ => self.say("502 5.5.1 unknown command"),
        }
    }

    fn hello(&mut self, name: &str, usual: &str) -> Option<()> {
        if name.is_empty() {
            return self.say("501 5.5.4 who is there?");
        }
        self.transaction = None;
        let deed = self.ask(Stage::Hello, "");
        self.welcome = self.answer(deed, usual)?;
        Some(())
    }

    fn capabilities(&self) -> String {
        let mut lines = vec!["localhost", "8BITMIME", "SIZE 52428800"];
        lines.extend(self.shared.extensions);
        format!("250-{}\r\n250 ENHANCEDSTATUSCODES", lines.join("\r\n250-"))
    }

    fn mail(&mut self, rest: &str) -> Option<()> {
        let message = self.shared.messages.fetch_add(1, Ordering::SeqCst);
        if !self.welcome || self.transaction.is_some() {
            return self.say("503 5.5.1 not now");
        }
        let Some(from) = path(rest, "FROM:<") else {
            return self.say("501 5.1.7 no address");
        };
        self.transaction = Some(Transaction { message, from, recipients: Vec::new() });
        let deed = self.ask(Stage::Mail, "");
        if !self.answer(deed, "250 2.1.0 sender ok")? {
            self.transaction = None;
        }
        Some(())
    }

    fn recipient(&mut self, rest: &str) -> Option<()> {
        if self.transaction.is_none() {
            return self.say("503 5.5.1 MAIL first");
        }
        let Some(to) = path(rest, "TO:<").filter(|to| !to.is_empty()) else {
            return self.say("501 5.1.3 no address");
        };
        let deed = self.ask(Stage::Recipient, &to);
        let accepted = self.answer(deed, "250 2.1.5 recipient ok")?;
        if let Some(transaction) = self.transaction.as_mut().filter(|_| accepted) {
            transaction.recipients.push(to);
        }
        Some(())
    }

    fn data(&mut self) -> Option<()> {
        let recipients = self.transaction.as_ref().map_or(&[][..], |transaction| &transaction.recipients);
        let Some(last) = recipients.last().cloned() else {
            return self.say("503 5.5.1 no recipient yet");
        };
        let deed = self.ask(Stage::Data, &last);
        if self.answer(deed, "354 go ahead")? {
            let bytes = self.body()?;
            let deed = self.ask(Stage::Body, &last);
            if deed.keeps() {
                self.keep(bytes);
            }
            self.answer(deed, "250 2.0.0 accepted")?;
        }
        self.transaction = None;
        Some(())
    }

    /// Reads a mail to its final dot, which only a line after a CRLF can be, and takes the dot-stuffing out.
    fn body(&mut self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        loop {
            let start = bytes.len();
            let fresh = start == 0 || bytes.ends_with(b"\r\n");
            if self.reader.read_until(b'\n', &mut bytes).ok()? == 0 {
                return None;
            }
            if fresh && bytes[start] == b'.' {
                if &bytes[start..] == b".\r\n" {
                    bytes.truncate(start);
                    return Some(bytes);
                }
                bytes.remove(start);
            }
        }
    }

    fn keep(&mut self, mut bytes: Vec<u8>) {
        bytes.shrink_to_fit();
        let Some(Transaction { from, mut recipients, .. }) = self.transaction.take() else { return };
        let last = recipients.pop();
        let connection = self.connection;
        let mut mails = lock(&self.shared.mails);
        for to in recipients {
            mails.push(Mail { from: from.clone(), to, bytes: bytes.clone(), connection });
        }
        mails.extend(last.map(|to| Mail { from, to, bytes, connection }));
    }

    fn reset(&mut self) -> Option<()> {
        self.transaction = None;
        self.say("250 2.0.0 forgotten")
    }

    /// Believes everybody. The client may send its answers with the command or wait to be asked for them.
    fn auth(&mut self, rest: &str) -> Option<()> {
        let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        let questions: &[&str] = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => &["334 "],
            "LOGIN" => &["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"],
            _ => return self.say("504 5.5.4 unknown mechanism"),
        };
        for question in &questions[usize::from(!initial.is_empty())..] {
            self.say(question)?;
            let answer = self.hear()?;
            self.note("***");
            if answer == "*" {
                return self.say("501 5.7.0 cancelled");
            }
        }
        self.say("235 2.7.0 welcome")
    }

    fn ask(&self, stage: Stage, recipient: &str) -> Deed {
        let seen = || self.shared.messages.load(Ordering::SeqCst);
        let message = self.transaction.as_ref().map_or_else(seen, |transaction| transaction.message);
        (self.shared.script)(&Moment { stage, message, recipient })
    }

    /// Does the deed; whether it was a yes, as the usual reply is.
    fn answer(&mut self, deed: Deed, usual: &str) -> Option<bool> {
        let reply = match deed {
            Deed::Usual => usual,
            Deed::Say(reply) => reply,
            Deed::HangUp | Deed::KeepAndHangUp => return None,
            Deed::Wait => return self.wait(),
        };
        self.say(reply)?;
        Some(reply.as_bytes().first() == usual.as_bytes().first())
    }

    /// Listens without a word, until one of the two sides closes the connection.
    fn wait(&mut self) -> Option<bool> {
        loop {
            let line = self.hear()?;
            self.note(&line);
        }
    }

    fn say(&mut self, reply: &str) -> Option<()> {
        self.stream.write_all(format!("{reply}\r\n").as_bytes()).ok()?;
        (!reply.starts_with("421")).then_some(())
    }

    /// The next whole line, without its end.
    fn hear(&mut self) -> Option<String> {
        let mut line = Vec::new();
        self.reader.read_until(b'\n', &mut line).ok()?;
        let line = line.strip_suffix(b"\n")?;
        Some(String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned())
    }

    /// Writes a line into the transcript, without what `AUTH` says after its mechanism.
    fn note(&self, line: &str) {
        let mut words = line.splitn(3, ' ');
        let heard = match (words.next(), words.next(), words.next()) {
            (Some(verb), Some(mechanism), Some(_)) if verb.eq_ignore_ascii_case("AUTH") => {
                format!("{}: {verb} {mechanism} ***", self.connection)
            }
            _ => format!("{}: {line}", self.connection),
        };
        lock(&self.shared.transcript).push(heard);
    }
}

/// The address in `FROM:<address> PARAMETERS`.
fn path(rest: &str, start: &str) -> Option<String> {
    let (head, rest) = rest.split_at_checked(start.len())?;
    let address = rest.split_once("> ").map(|(address, _)| address).or_else(|| rest.strip_suffix('>'))?;
    head.eq_ignore_ascii_case(start).then(|| address.to_owned())
}
