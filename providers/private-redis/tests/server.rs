//! The server serves, keeps what it is to keep, and is gone when it is dropped.
#![expect(clippy::unwrap_used, reason = "a failure to talk to the server is the failure of the test")]

use std::net::TcpStream;

use private_redis::PrivateRedis;

async fn ask<T: redis::FromRedisValue>(redis: &PrivateRedis, words: &[&str]) -> T {
    let client = redis::Client::open(redis.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let (name, arguments) = words.split_first().unwrap();
    redis::cmd(name).arg(arguments).query_async(&mut connection).await.unwrap()
}

#[tokio::test]
async fn it_serves_and_is_gone_when_it_is_dropped() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    assert_eq!(ask::<String>(&redis, &["PING"]).await, "PONG");
    let (port, folder) = (redis.port(), redis.folder().to_owned());
    drop(redis);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    assert!(!folder.exists());
}

#[tokio::test]
async fn a_durable_one_has_what_it_confirmed_after_a_kill() {
    let Some(mut redis) = PrivateRedis::durable_for_test() else { return };
    assert_eq!(ask::<i64>(&redis, &["LPUSH", "letters", "a"]).await, 1);
    redis.kill();
    redis.restart().unwrap();
    assert_eq!(ask::<Vec<String>>(&redis, &["LRANGE", "letters", "0", "-1"]).await, ["a"]);
}

#[tokio::test]
async fn another_one_keeps_nothing() {
    let Some(mut redis) = PrivateRedis::for_test() else { return };
    ask::<i64>(&redis, &["LPUSH", "letters", "a"]).await;
    redis.restart().unwrap();
    assert_eq!(ask::<i64>(&redis, &["EXISTS", "letters"]).await, 0);
}
