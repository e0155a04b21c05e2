//! A wire carries everything, and cuts, stops and falls silent where it is told to.
#![expect(clippy::unwrap_used, reason = "a failure to talk to the server is the failure of the test")]

use std::time::Duration;

use private_redis::{Direction, Moment, Part, PrivateRedis, Wire};
use redis::aio::MultiplexedConnection;
use redis::{AsyncCommands as _, AsyncConnectionConfig, Client, RedisResult};

async fn connection(url: &str) -> MultiplexedConnection {
    let config = AsyncConnectionConfig::new().set_response_timeout(Some(Duration::from_secs(1)));
    Client::open(url).unwrap().get_multiplexed_async_connection_with_config(&config).await.unwrap()
}

async fn push(connection: &mut MultiplexedConnection) -> RedisResult<i64> {
    connection.lpush("letters", "a").await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_carries_everything_and_tells_where_it_is() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let wire = Wire::to(&redis).unwrap();
    let mut connection = connection(&wire.url()).await;
    assert_eq!((push(&mut connection).await.unwrap(), push(&mut connection).await.unwrap()), (1, 2));
    assert_eq!(wire.commands(), 2, "what opens a connection does not count");
    for (direction, last) in [(Direction::Commands, 35), (Direction::Answers, 4)] {
        let ends = wire.ends(direction);
        assert_eq!(ends[ends.len() - 1] - ends[ends.len() - 2], last, "{direction:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_cut_behind_a_byte() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut bare = connection(redis.url()).await;
    for (direction, done) in [(Direction::Commands, 0), (Direction::Answers, 1)] {
        let wire = Wire::to(&redis).unwrap();
        let mut cut = connection(&wire.url()).await;
        // All but the last byte of the next one.
        let length = if direction == Direction::Commands { 34 } else { 3 };
        wire.cut_behind(direction, wire.ends(direction).last().unwrap() + length);
        let lost = push(&mut cut).await.unwrap_err();
        assert!(lost.is_unrecoverable_error(), "{lost:?}");
        assert!(wire.is_cut());
        assert_eq!(bare.llen::<_, i64>("letters").await.unwrap(), done);
        assert_eq!(push(&mut connection(&wire.url()).await).await.unwrap(), done + 1, "the next one holds");
        let () = bare.del("letters").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_cut_in_a_command_or_its_answer() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut bare = connection(redis.url()).await;
    for (direction, part, done) in [
        (Direction::Commands, Part::FirstByte, false),
        (Direction::Commands, Part::Half, false),
        (Direction::Commands, Part::AllButTheLastByte, false),
        (Direction::Answers, Part::FirstByte, true),
        (Direction::Answers, Part::AllButTheLastByte, true),
    ] {
        let wire = Wire::to(&redis).unwrap();
        wire.cut_at(2, direction, part);
        let mut cut = connection(&wire.url()).await;
        assert_eq!(push(&mut cut).await.unwrap(), 1);
        assert!(push(&mut cut).await.is_err(), "{direction:?} {part:?}");
        assert!(wire.is_cut());
        assert_eq!(bare.llen::<_, i64>("letters").await.unwrap(), 1 + i64::from(done));
        let () = bare.del("letters").await.unwrap();
    }
    let wire = Wire::to(&redis).unwrap();
    wire.cut_at(1, Direction::Answers, Part::All);
    let mut cut = connection(&wire.url()).await;
    assert_eq!(push(&mut cut).await.unwrap(), 1);
    assert!(push(&mut cut).await.is_err(), "it was cut behind the answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stops_before_or_after_a_command() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut bare = connection(redis.url()).await;
    for (moment, done) in [(Moment::Before, 1), (Moment::After, 2)] {
        for number in [2, 0] {
            let wire = Wire::to(&redis).unwrap();
            let mut stopped = connection(&wire.url()).await;
            if number > 0 {
                wire.stop_at(number, moment);
            }
            assert_eq!(push(&mut stopped).await.unwrap(), 1);
            if number == 0 {
                wire.stop_at_first("letters", moment);
            }
            assert!(push(&mut stopped).await.unwrap_err().is_timeout());
            wire.wait_until_stopped();
            assert_eq!(bare.llen::<_, i64>("letters").await.unwrap(), done, "{moment:?}");
            let () = bare.del("letters").await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_falls_silent_for_those_who_are_there() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let wire = Wire::to(&redis).unwrap();
    let mut silent = connection(&wire.url()).await;
    wire.silence();
    assert!(push(&mut silent).await.unwrap_err().is_timeout());
    assert_eq!(push(&mut connection(&wire.url()).await).await.unwrap(), 1);
}
