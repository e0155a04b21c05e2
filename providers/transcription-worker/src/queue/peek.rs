//! Waiting for something to stand on a list, without taking it and without asking again and again.

use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, RedisResult};
use tokio::sync::Notify;

use super::broker::Broker;

/// Seconds after which a wait is begun anew: a connection that was cut without a word shows then.
const WAIT: u64 = 5;

/// Whenever `hungry`, waits until the list holds something, and then wakes. Never ends.
pub(crate) async fn peek(broker: Broker, list: String, hungry: Arc<Notify>, awake: Arc<Notify>) {
    let mut connection = None;
    loop {
        hungry.notified().await;
        while !holds(&broker, &list, &mut connection).await {}
        awake.notify_one();
    }
}

async fn holds(broker: &Broker, list: &str, connection: &mut Option<MultiplexedConnection>) -> bool {
    if let Ok(found) = wait(broker, list, connection).await {
        return found;
    }
    // Taking tells what is wrong; here it only matters to try again.
    *connection = None;
    tokio::time::sleep(Duration::from_millis(200)).await;
    true
}

/// From the right end of the list to the same end: that moves nothing, and waits until there is something.
async fn wait(
    broker: &Broker,
    list: &str,
    connection: &mut Option<MultiplexedConnection>,
) -> RedisResult<bool> {
    let connection = if let Some(connection) = connection {
        connection
    } else {
        let patience = Duration::from_secs(WAIT) + broker.timeout();
        let config = AsyncConnectionConfig::new()
            .set_response_timeout(Some(patience))
            .set_connection_timeout(Some(broker.timeout()));
        connection.insert(broker.client().get_multiplexed_async_connection_with_config(&config).await?)
    };
    let found: Option<redis::Value> = redis::cmd("BLMOVE")
        .arg(list)
        .arg(list)
        .arg("RIGHT")
        .arg("RIGHT")
        .arg(WAIT)
        .query_async(connection)
        .await?;
    Ok(found.is_some_and(|value| value != redis::Value::Nil))
}
