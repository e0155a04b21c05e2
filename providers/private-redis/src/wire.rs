//! A wire to a Redis that a test can cut, silence, or stop at any command: a proxy on a port of its own.
//!
//! It carries one whole command, and one whole answer, after the other, so that it can be told at which it is.

mod frame;
mod line;

use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use crate::PrivateRedis;
use line::Line;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Commands,
    Answers,
}

/// Where a wire stops at a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Redis never hears of it.
    Before,
    /// Redis has done it, and nobody hears of that.
    After,
}

/// How much of a command, or of its answer, is carried before the connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    FirstByte,
    Half,
    AllButTheLastByte,
    All,
}

/// A wire between one Redis and whoever uses [`url`](Self::url). All ends with it.
#[derive(Debug)]
pub struct Wire {
    port: u16,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Stop(Moment),
    Cut(Direction, Part),
}

/// The command at which something happens.
#[derive(Debug)]
enum At {
    Number(usize),
    /// The first one with these bytes in it.
    Holding(Vec<u8>),
}

#[derive(Debug, Default)]
struct State {
    /// By direction: where each command or answer ended, counted in bytes from the beginning of the wire.
    ends: [Vec<u64>; 2],
    /// The connection that carries this byte is cut behind it.
    cut: Option<(Direction, u64)>,
    /// The commands so far that change something.
    commands: usize,
    /// What happens at a command.
    deed: Option<(At, Deed)>,
    /// The last answer is awaited.
    stopping: bool,
    /// Nothing is carried any more.
    stopped: bool,
    /// Connections up to this number carry nothing any more.
    silent: usize,
    connections: usize,
    sockets: Vec<TcpStream>,
    closed: bool,
}

impl Wire {
    /// A wire that carries everything.
    pub fn to(redis: &PrivateRedis) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let (port, server) = (listener.local_addr()?.port(), redis.port());
        let shared = Arc::<Shared>::default();
        let acceptor = thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, server, &shared)
        });
        Ok(Self { port, shared, acceptor: Some(acceptor) })
    }

    /// Such as `redis://127.0.0.1:41235/0`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// Cuts the connection that carries the byte of this number, counted over all of them from 1, behind that
    /// byte. Others, and those that come, are left alone.
    pub fn cut_behind(&self, direction: Direction, byte: u64) {
        self.shared.lock().cut = Some((direction, byte));
    }

    /// Cuts the connection that carries the command of this number, counted from 1 as
    /// [`commands`](Self::commands) does, in that command or in its answer.
    pub fn cut_at(&self, command: usize, direction: Direction, behind: Part) {
        self.shared.lock().deed = Some((At::Number(command), Deed::Cut(direction, behind)));
    }

    /// Whether what was asked for has happened.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        let state = self.shared.lock();
        state.cut.is_none() && state.deed.is_none()
    }

    /// Where commands, or answers, ended so far, counted in bytes.
    #[must_use]
    pub fn ends(&self, direction: Direction) -> Vec<u64> {
        self.shared.lock().ends[direction as usize].clone()
    }

    /// The commands so far that change something: not those that only open a connection, or wait.
    #[must_use]
    pub fn commands(&self) -> usize {
        self.shared.lock().commands
    }

    /// Stops everything at the command of this number, counted from 1 as [`commands`](Self::commands) does.
    pub fn stop_at(&self, command: usize, moment: Moment) {
        self.shared.lock().deed = Some((At::Number(command), Deed::Stop(moment)));
    }

    /// Stops everything at the first command that has this in it.
    pub fn stop_at_first(&self, text: &str, moment: Moment) {
        self.shared.lock().deed = Some((At::Holding(text.as_bytes().to_vec()), Deed::Stop(moment)));
    }

    /// Waits until it has stopped.
    pub fn wait_until_stopped(&self) {
        let state = self.shared.lock();
        drop(self.shared.changed.wait_while(state, |state| !state.stopped));
    }

    /// The connections that there are stay open and carry nothing any more, as when a machine is gone; those
    /// that come are left alone.
    pub fn silence(&self) {
        let mut state = self.shared.lock();
        state.silent = state.connections;
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.closed = true;
        for socket in state.sockets.drain(..) {
            // It fails where it is closed already.
            let _ = socket.shutdown(std::net::Shutdown::Both);
        }
        drop(state);
        self.shared.changed.notify_all();
        // The acceptor looks up when somebody comes.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn accept(listener: &TcpListener, server: u16, shared: &Arc<Shared>) {
    for client in listener.incoming() {
        let mut state = shared.lock();
        if state.closed {
            return;
        }
        // Where Redis is away, whoever comes is sent away.
        let (Ok(client), Ok(server)) = (client, TcpStream::connect(("127.0.0.1", server))) else { continue };
        state.connections += 1;
        let opened = Line::open(client, server, state.connections, Arc::clone(shared));
        state.sockets.extend(opened.into_iter().flatten());
    }
}
