//! The client's side of a connection: it writes interim answers where hyper cannot, and gives up a client that
//! takes nothing of what it is sent.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::interim::Interims;

pub(super) struct ClientSide {
    stream: TcpStream,
    interims: Interims,
    /// Interim answers as far as they are not written yet.
    rest: Bytes,
    patience: Duration,
    /// Runs while the client takes nothing.
    stuck: Option<Pin<Box<Sleep>>>,
}

impl ClientSide {
    /// `stream`, whose client may take nothing for `patience` at most.
    pub fn new(stream: TcpStream, interims: Interims, patience: Duration) -> Self {
        Self { stream, interims, rest: Bytes::new(), patience, stuck: None }
    }

    /// Writes what is left of interim answers, with `more` behind it.
    fn poll_rest(&mut self, more: Vec<u8>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !more.is_empty() {
            self.rest = if self.rest.is_empty() { more.into() } else { [&self.rest, &*more].concat().into() };
        }
        while !self.rest.is_empty() {
            let written = Pin::new(&mut self.stream).poll_write(cx, &self.rest);
            let count = ready!(self.patiently(cx, written))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.rest.advance(count);
        }
        Poll::Ready(Ok(()))
    }

    /// `outcome`, or an error once there was none for long enough.
    fn patiently<T>(&mut self, cx: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.stuck = None;
            return outcome;
        }
        let patience = self.patience;
        let stuck = self.stuck.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(stuck.as_mut().poll(cx));
        let reason = format!("the client took nothing for {} s", patience.as_secs());
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, reason)))
    }
}

impl AsyncRead for ClientSide {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for ClientSide {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let before = self.interims.before_more();
        ready!(self.poll_rest(before, cx))?;
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.patiently(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let before = self.interims.before_more();
        ready!(self.poll_rest(before, cx))?;
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.patiently(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// hyper flushes once it has written all that it had.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let after = self.interims.after_all(cx);
        ready!(self.poll_rest(after, cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
