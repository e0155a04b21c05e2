//! One connection of a wire: a thread for each direction.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::{At, Deed, Direction, Moment, Part, Shared, State, frame};

/// Commands that change nothing: they open a connection, or wait.
const IDLE: [&str; 8] = ["AUTH", "BLMOVE", "CLIENT", "HELLO", "PING", "PSUBSCRIBE", "SELECT", "SUBSCRIBE"];

/// What the two directions of a connection share.
#[derive(Debug)]
pub(super) struct Line {
    number: usize,
    client: TcpStream,
    server: TcpStream,
    wire: Arc<Shared>,
    /// The number, on this connection, of the answer at which something happens, and what.
    awaited: Mutex<Option<(usize, Deed)>>,
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
        let line = Arc::new(Self { number, client, server, wire, awaited: Mutex::default() });
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
        let mut awaited = self.awaited.lock().unwrap_or_else(PoisonError::into_inner);
        let due = direction == Direction::Answers && awaited.is_some_and(|(last, _)| number <= last);
        if self.number <= state.silent || (state.stopped && !due) {
            return Fate::Lost;
        }
        let deed = match direction {
            Direction::Answers => awaited.take_if(|(last, _)| *last == number).map(|(_, deed)| deed),
            Direction::Commands => deed_at(&mut state, whole),
        };
        match (deed, direction) {
            (Some(Deed::Stop(Moment::Before)), _) | (Some(Deed::Stop(_)), Direction::Answers) => {
                self.stop(state);
                return Fate::Lost;
            }
            (Some(Deed::Cut(here, part)), _) if here == direction => return Fate::Cut(part.of(whole)),
            (Some(deed), _) => {
                state.stopping = matches!(deed, Deed::Stop(_));
                *awaited = Some((number, deed));
            }
            // Whatever comes while the last answer is awaited comes too late.
            (None, Direction::Commands) if state.stopping && !is_idle(whole) => return Fate::Lost,
            (None, _) => {}
        }
        measure(&mut state, direction, whole.len())
    }

    fn stop(&self, mut state: MutexGuard<'_, State>) {
        state.stopped = true;
        drop(state);
        self.wire.changed.notify_all();
    }
}

fn is_idle(command: &[u8]) -> bool {
    IDLE.contains(&frame::name(command).as_str())
}

/// Counts a command; what is to happen at it.
fn deed_at(state: &mut State, command: &[u8]) -> Option<Deed> {
    if is_idle(command) {
        return None;
    }
    state.commands += 1;
    let number = state.commands;
    state.deed.take_if(|(at, _)| at.is(number, command)).map(|(_, deed)| deed)
}

impl At {
    fn is(&self, number: usize, command: &[u8]) -> bool {
        match self {
            Self::Number(at) => *at == number,
            Self::Holding(bytes) => command.windows(bytes.len()).any(|window| window == bytes),
        }
    }
}

impl Part {
    /// How many bytes of these.
    fn of(self, whole: &[u8]) -> usize {
        match self {
            Self::FirstByte => 1,
            Self::Half => whole.len() / 2,
            Self::AllButTheLastByte => whole.len() - 1,
            Self::All => whole.len(),
        }
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
