//! Putting back what nobody works on: of workers that died, and of this one when it stops.

use redis::RedisResult;

use super::broker::{AT_ONCE, Broker, HASH, INDEX};
use super::dead_letter;
use super::scripts::{EXPIRED, RESTORE};
use super::writes::Finish;

/// A tag, and the time of its entry, which is empty where any will do.
pub(crate) type Stamp = (String, String);

impl Broker {
    /// What nobody has worked on for longer than `seconds`, the latest first.
    pub async fn expired(&self, seconds: f64) -> RedisResult<Vec<Stamp>> {
        EXPIRED.key(INDEX).arg(seconds).arg(AT_ONCE).invoke_async(&mut self.connection.clone()).await
    }

    /// Puts entries back, one after the other, unless somebody was faster; how many that were. The last one is
    /// the next one that is taken.
    pub async fn put_back(&self, stamps: Vec<Stamp>) -> RedisResult<usize> {
        let default = self.queues.first().map_or("celery", String::as_str);
        let mut all = 0;
        for some in stamps.chunks(AT_ONCE) {
            let mut call = RESTORE.key(HASH);
            call.key(INDEX).arg(default);
            for (tag, time) in some {
                call.arg(tag).arg(time);
            }
            let (restored, unread): (usize, Vec<(String, Vec<u8>)>) =
                call.invoke_async(&mut self.connection.clone()).await?;
            all += restored;
            for (tag, entry) in unread {
                self.give_up(&tag, &entry).await;
            }
        }
        Ok(all)
    }

    /// What cannot be put back would be found again for ever.
    async fn give_up(&self, tag: &str, entry: &[u8]) {
        tracing::warn!(tag, "what a worker held cannot be read, and is put to the dead letters");
        let effect = "dies of it, and of it again at every restart, once its time is over";
        let letter =
            dead_letter::entry(HASH, entry, "a worker held it in a form that nobody can read", effect);
        let finish = Finish { dead_letter: Some(letter), ..Finish::default() };
        if let Err(error) = self.finish(tag, finish).await {
            tracing::warn!(%error, "it stays where it is");
        }
    }

    /// Puts back all that is this worker's, in its old order.
    pub async fn give_back(&self) -> RedisResult<()> {
        let tags: Vec<String> =
            redis::cmd("HKEYS").arg(HASH).query_async(&mut self.connection.clone()).await?;
        let mut own: Vec<Stamp> = tags
            .into_iter()
            .filter(|tag| tag.starts_with(&*self.identity))
            .map(|tag| (tag, String::new()))
            .collect();
        // Numbers have a fixed width. The last one that is put back is the next one that is taken.
        own.sort_unstable_by(|one, other| other.cmp(one));
        self.put_back(own).await?;
        Ok(())
    }
}
