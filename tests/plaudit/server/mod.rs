//! A scripted SMTP server on loopback, for tests of the delivery. A real server does not refuse the third
//! recipient, hang up after the final dot or fall silent when a test wants it to; this one asks its script at each
//! stage of each conversation, and keeps what it accepted and what it heard for the test to look at.
//!
//! It is strict where that finds a client's mistakes: commands out of their order get a 503, addresses without
//! brackets a 501, and only a dot alone between two CRLF ends a mail.

mod conversation;

use conversation::converse;
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Where a conversation stands when the script is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The client has connected.
    Greeting,
    /// EHLO or HELO was heard.
    Hello,
    /// MAIL was heard.
    Mail,
    /// RCPT was heard.
    Recipient,
    /// DATA was heard.
    Data,
    /// The final dot has been read.
    Body,
}

/// What the script is told.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// Where the conversation stands.
    pub stage: Stage,
    /// How many MAIL commands the server had seen, over all connections, before this transaction's.
    pub message: usize,
    /// The recipient in question, from DATA on the last one accepted; empty before RCPT.
    pub recipient: &'a str,
}

/// What the server does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// What a server does that accepts everything.
    Usual,
    /// Reply this, without its CRLF, instead of the usual. It counts as a yes where it begins with the digit of the
    /// usual reply, and a 421 also closes the connection.
    Say(&'static str),
    /// Close without a word.
    HangUp,
    /// At [`Stage::Body`], count the mail as accepted, then close without the reply: the case in which nobody can
    /// know. Elsewhere as [`Deed::HangUp`].
    KeepAndHangUp,
    /// Say nothing until the server is dropped or the client hangs up.
    Wait,
}

impl Deed {
    fn keeps(self) -> bool {
        match self {
            Self::Usual | Self::KeepAndHangUp => true,
            Self::Say(reply) => reply.starts_with('2'),
            Self::HangUp | Self::Wait => false,
        }
    }
}

/// A mail that was accepted, once for each recipient it was accepted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The envelope's sender, without brackets.
    pub from: String,
    /// The envelope's recipient, without brackets.
    pub to: String,
    /// The mail without its dot-stuffing, each line with its CRLF.
    pub bytes: Vec<u8>,
    /// The connection over which it came.
    pub connection: usize,
}

impl Mail {
    /// The Message-ID with its angle brackets, empty if there is none.
    #[must_use]
    pub fn id(&self) -> String {
        let end = self.bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(self.bytes.len());
        let header = String::from_utf8_lossy(&self.bytes[..end]).replace("\r\n ", " ").replace("\r\n\t", " ");
        let mut fields = header.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.split_once(':'));
        let id = fields.find(|(name, _)| name.eq_ignore_ascii_case("message-id"));
        id.map_or_else(String::new, |(_, id)| id.trim().to_owned())
    }
}

type Script = dyn Fn(&Moment<'_>) -> Deed + Send + Sync;

/// What the server and the threads of its connections have in common.
struct Shared {
    script: Box<Script>,
    extensions: &'static [&'static str],
    closing: AtomicBool,
    messages: AtomicUsize,
    /// Weak, so that a connection closes as soon as its thread ends, even by a panic of the script.
    streams: Mutex<Vec<Weak<TcpStream>>>,
    mails: Mutex<Vec<Mail>>,
    transcript: Mutex<Vec<String>>,
}

/// A running server, which ends when it is dropped.
pub struct Server {
    /// The port on 127.0.0.1 on which it listens.
    pub port: u16,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server on a free port, with a thread for each connection.
    ///
    /// # Panics
    /// If there is no free port.
    #[must_use]
    pub fn start(script: impl Fn(&Moment<'_>) -> Deed + Send + Sync + 'static) -> Self {
        Self::listen(0, &[], Box::new(script))
    }

    /// Starts a server on this port: one that comes back after another on it was dropped.
    ///
    /// # Panics
    /// If the port is taken.
    #[must_use]
    pub fn start_on(port: u16, script: impl Fn(&Moment<'_>) -> Deed + Send + Sync + 'static) -> Self {
        Self::listen(port, &[], Box::new(script))
    }

    /// Starts a server on a free port that announces these extensions too, such as `STARTTLS` or `AUTH PLAIN LOGIN`.
    ///
    /// # Panics
    /// If there is no free port.
    #[must_use]
    pub fn start_with(
        extensions: &'static [&'static str],
        script: impl Fn(&Moment<'_>) -> Deed + Send + Sync + 'static,
    ) -> Self {
        Self::listen(0, extensions, Box::new(script))
    }

    /// Starts a server on a free port that accepts everything.
    ///
    /// # Panics
    /// If there is no free port.
    #[must_use]
    pub fn usual() -> Self {
        Self::start(|_| Deed::Usual)
    }

    /// The mails accepted so far, in the order of their acceptance; each is here before its reply is written.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        lock(&self.shared.mails).clone()
    }

    /// How many connections were opened so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        lock(&self.shared.streams).len()
    }

    /// Every command line heard so far, as `connection: line`, with `***` for what would give a password away.
    #[must_use]
    pub fn transcript(&self) -> Vec<String> {
        lock(&self.shared.transcript).clone()
    }

    fn listen(port: u16, extensions: &'static [&'static str], script: Box<Script>) -> Self {
        let (listener, port) = bind(port);
        let shared = Arc::new(Shared {
            script,
            extensions,
            closing: AtomicBool::new(false),
            messages: AtomicUsize::new(0),
            streams: Mutex::default(),
            mails: Mutex::default(),
            transcript: Mutex::default(),
        });
        let theirs = Arc::clone(&shared);
        let acceptor = thread::spawn(move || accept(listener, &theirs));
        Self { port, shared, acceptor: Some(acceptor) }
    }
}

impl Drop for Server {
    /// Stops listening and closes all connections. The threads of the connections end by themselves; only the
    /// acceptor is waited for, and only once a connection of our own has woken it, so that the port is free.
    fn drop(&mut self) {
        self.shared.closing.store(true, Ordering::SeqCst);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let woken = TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok();
        if let Some(acceptor) = self.acceptor.take().filter(|_| woken) {
            let _ = acceptor.join();
        }
        for stream in lock(&self.shared.streams).iter().filter_map(Weak::upgrade) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes this port or, where it is 0, one that no server of this process has had: such a server may come back, and
/// the clients of one that is gone may still be trying.
fn bind(port: u16) -> (TcpListener, u16) {
    static HAD: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("the port should be free");
    let bound = listener.local_addr().expect("a listener should have an address").port();
    let new = lock(&HAD).insert(bound);
    // The listener is still there while the next is bound, which thus gets another port.
    if new || port != 0 { (listener, bound) } else { bind(0) }
}

/// Gives each new connection its thread, until the server closes.
fn accept(listener: TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.closing.load(Ordering::SeqCst) {
            break;
        }
        if let Ok(stream) = stream {
            let stream = Arc::new(stream);
            let mut streams = lock(&shared.streams);
            let connection = streams.len();
            streams.push(Arc::downgrade(&stream));
            let shared = Arc::clone(shared);
            thread::spawn(move || converse(&shared, &stream, connection));
        }
    }
    // A process that is just being started has a copy of the listener until its exec, so closing ours is not enough.
    let _ = TcpStream::from(OwnedFd::from(listener)).shutdown(Shutdown::Both);
}
