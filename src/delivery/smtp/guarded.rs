//! A connection that notices words slipped in before the encryption begins.
//!
//! Between the server's answer to STARTTLS and the first byte of TLS, somebody in the middle could add answers in the clear,
//! which a client that had read them already would later take for the server's own. So after STARTTLS one line may come,
//! and whatever came along with it ends the connection.

use lettre::transport::smtp::client::AsyncTokioStream;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A connection that is watched between STARTTLS and TLS.
#[derive(Debug)]
pub(super) struct Guarded {
    stream: TcpStream,
    /// Whether STARTTLS was said and its answer has not come yet.
    asked: bool,
}

impl Guarded {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream, asked: false }
    }
}

impl AsyncRead for Guarded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        if self.asked {
            let read = &buffer.filled()[before..];
            if let Some(end) = read.iter().position(|byte| *byte == b'\n') {
                self.asked = false;
                if end + 1 < read.len() {
                    return Poll::Ready(Err(io::Error::other("somebody added words before the encryption began")));
                }
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.asked |= bytes == b"STARTTLS\r\n";
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl AsyncTokioStream for Guarded {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}
