//! One connection of a wire: a thread for each direction.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, MutexGuard};
use std::thread;

use super::{Direction, Moment, Shared, State, frame};

/// Commands that change nothing: they open a connection, or wait.
const IDLE: [&str; 8] = ["AUTH", "BLMOVE", "CLIENT", "HELLO", "PING", "PSUBSCRIBE", "SELECT", "SUBSCRIBE"];

/// No answer of this number is waited for.
const NONE: usize = usize::MAX;

/// What the two directions of a connection share.
#[derive(Debug)]
pub(super) struct Line {
    number: usize,
    client: TcpStream,
    server: TcpStream,
    wire: Arc<Shared>,
    /// The number, on this connection, of the answer at which the wire stops.
    last: AtomicUsize,
}

/// What becomes of a command or an answer.
enum Fate {
    Carried,
    /// So many bytes of it, and then the connection is cut.
    Cut(usize),
    Lost,
}

impl Line {
    /// Carries until either side closes; its two sockets, to close them.
    pub fn open(
        client: TcpStream,
        server: TcpStream,
        number: usize,
        wire: Arc<Shared>,
    ) -> io::Result<[TcpStream; 2]> {
        let sockets = [client.try_clone()?, server.try_clone()?];
        for socket in &sockets {
            socket.set_nodelay(true)?;
        }
        let line = Arc::new(Self { number, client, server, wire, last: AtomicUsize::new(NONE) });
        for direction in [Direction::Commands, Direction::Answers] {
            let line = Arc::clone(&line);
            thread::spawn(move || {
                // It ends with an error where the other direction has closed the connection.
                let _ = line.carry(direction);
                line.close();
            });
        }
        Ok(sockets)
    }

    fn close(&self) {
        for socket in [&self.client, &self.server] {
            let _ = socket.shutdown(Shutdown::Both);
        }
    }

    fn carry(&self, direction: Direction) -> io::Result<()> {
        let (mut from, mut to) = match direction {
            Direction::Commands => (&self.client, &self.server),
            Direction::Answers => (&self.server, &self.client),
        };
        let (mut waiting, mut chunk, mut count) = (Vec::new(), [0; 16 * 1024], 0);
        loop {
            let read = from.read(&mut chunk)?;
            if read == 0 {
                return Ok(());
            }
            waiting.extend_from_slice(&chunk[..read]);
            while let Some(length) = frame::first(&waiting) {
                let whole: Vec<u8> = waiting.drain(..length).collect();
                match self.fate(direction, &whole, count) {
                    Fate::Carried => to.write_all(&whole)?,
                    Fate::Cut(bytes) => return to.write_all(&whole[..bytes]),
                    Fate::Lost => {}
                }
                count += 1;
            }
        }
    }

    /// Of the command or the answer of this number on the connection.
    fn fate(&self, direction: Direction, whole: &[u8], number: usize) -> Fate {
        let mut state = self.wire.lock();
        let last = self.last.load(Ordering::Acquire);
        let awaited = direction == Direction::Answers && number <= last && last != NONE;
        if self.number <= state.silent || (state.stopped && !awaited) {
            return Fate::Lost;
        }
        if direction == Direction::Answers && number == last {
            self.stop(state);
            return Fate::Lost;
        }
        if direction == Direction::Commands && !IDLE.contains(&frame::name(whole).as_str()) {
            state.commands += 1;
            match state.stop {
                Some((at, Moment::Before)) if at == state.commands => {
                    self.stop(state);
                    return Fate::Lost;
                }
                Some((at, Moment::After)) if at == state.commands => {
                    self.last.store(number, Ordering::Release);
                }
                // Whatever comes while the answer is awaited comes too late.
                Some((at, Moment::After)) if at < state.commands => return Fate::Lost,
                _ => {}
            }
        }
        measure(&mut state, direction, whole.len())
    }

    fn stop(&self, mut state: MutexGuard<'_, State>) {
        state.stopped = true;
        drop(state);
        self.wire.changed.notify_all();
    }
}

fn measure(state: &mut State, direction: Direction, length: usize) -> Fate {
    let ends = &mut state.ends[direction as usize];
    let begin = ends.last().copied().unwrap_or_default();
    let end = begin + length as u64;
    ends.push(end);
    match state.cut {
        Some((cut, byte)) if cut == direction && (begin + 1..=end).contains(&byte) => {
            state.cut = None;
            Fate::Cut(usize::try_from(byte - begin).expect("it is within what is here"))
        }
        _ => Fate::Carried,
    }
}
