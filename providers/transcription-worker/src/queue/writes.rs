//! What a worker writes of its tasks: progress, results, dead letters, and that it is done. Whatever is to be
//! written while one answer is on its way goes out together as the next.

use tokio::sync::{mpsc, oneshot};

use super::broker::{Broker, HASH, INDEX, words};
use super::connection::Connection;
use super::dead_letter;
use super::result::Document;
use super::scripts::WRITE;

/// Seconds that a result is kept, as Celery does.
const RESULT_LIFETIME: u64 = 86_400;

/// What is written at once, at most, in number and in bytes.
const TOGETHER: usize = 256;
const BYTES_TOGETHER: usize = 4 * 1024 * 1024;

/// How the worker is done with an entry. All of it happens, or nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Finish {
    pub result: Option<Document>,
    pub dead_letter: Option<String>,
    /// Another message in its place: the list, and the message.
    pub again: Option<(String, String)>,
}

/// Why something is not written, or not known to be. Completes "…, as the queue …".
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NotWritten(String);

/// The arguments of the script, and who waits for it.
pub(crate) struct Order {
    arguments: [String; 7],
    told: oneshot::Sender<Result<(), NotWritten>>,
}

/// The one who writes.
pub(crate) struct Writes {
    connection: Connection,
    orders: mpsc::Receiver<Order>,
}

impl Broker {
    /// Stores a result that is not the last, and tells it, while the entry is this worker's.
    pub async fn progress(&self, tag: &str, document: Document) -> Result<(), NotWritten> {
        let Document { key, text } = document;
        let none = String::new;
        self.write(["progress".to_owned(), tag.to_owned(), key, text, none(), none(), none()]).await
    }

    /// Is done with an entry. It may be done once more with what was not heard to be written.
    pub async fn finish(&self, tag: &str, finish: Finish) -> Result<(), NotWritten> {
        let kind = if finish.again.is_some() { "again" } else { "done" };
        let Document { key, text } = finish.result.unwrap_or_default();
        let (list, message) = finish.again.unwrap_or_default();
        let letter = finish.dead_letter.unwrap_or_default();
        self.write([kind.to_owned(), tag.to_owned(), key, text, letter, list, message]).await
    }

    async fn write(&self, arguments: [String; 7]) -> Result<(), NotWritten> {
        let (told, hears) = oneshot::channel();
        let ended = || NotWritten("is not written to any more".to_owned());
        self.writes.send(Order { arguments, told }).await.map_err(|_| ended())?;
        hears.await.unwrap_or_else(|_| Err(ended()))
    }
}

impl Writes {
    pub fn new(connection: Connection) -> (mpsc::Sender<Order>, Self) {
        let (sender, orders) = mpsc::channel(TOGETHER);
        (sender, Self { connection, orders })
    }

    /// Writes as long as anybody may want to.
    pub async fn run(mut self) {
        let mut orders = Vec::with_capacity(TOGETHER);
        while self.orders.recv_many(&mut orders, TOGETHER).await > 0 {
            // Whoever has something to write by now goes along.
            tokio::task::yield_now().await;
            while let (true, Ok(order)) = (orders.len() < TOGETHER, self.orders.try_recv()) {
                orders.push(order);
            }
            while !orders.is_empty() {
                let some = orders.drain(..fitting(&orders)).collect();
                self.write(some).await;
            }
        }
    }

    async fn write(&mut self, orders: Vec<Order>) {
        let mut call = WRITE.key(HASH);
        call.key(INDEX).key(dead_letter::LIST).arg(RESULT_LIFETIME);
        for order in &orders {
            call.arg(&order.arguments[..]);
        }
        let answer: Result<Vec<(usize, String)>, _> = call.invoke_async(&mut self.connection).await;
        let failed = answer.as_ref().map(Vec::as_slice).unwrap_or_default();
        for (number, order) in orders.into_iter().enumerate() {
            let refused = failed.iter().find(|(failed, _)| *failed == number);
            let outcome = match (&answer, refused) {
                (Err(error), _) => Err(NotWritten(words(error))),
                (Ok(_), Some((_, why))) => Err(NotWritten(refusal(why))),
                (Ok(_), None) => Ok(()),
            };
            // Who does not wait any more does not want to know.
            let _ = order.told.send(outcome);
        }
    }
}

/// How many of these fit together; one does in any case.
fn fitting(orders: &[Order]) -> usize {
    let mut bytes = 0;
    let fits = |order: &&Order| {
        bytes += order.arguments.iter().map(String::len).sum::<usize>();
        bytes <= BYTES_TOGETHER
    };
    orders.iter().take_while(fits).count().max(1)
}

/// The code of an error, such as `WRONGTYPE`: the rest may tell a key.
fn refusal(why: &str) -> String {
    format!("it answered {}", why.split(' ').next().unwrap_or_default())
}
