//! The words of a test that fails, for tests about them.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use countersign_consumer::Fragment;
use futures::FutureExt;

pub async fn panic_of(run: impl Future<Output = Fragment>) -> String {
    let payload: Box<dyn Any + Send> =
        AssertUnwindSafe(run).catch_unwind().await.expect_err("the test under test fails");
    payload
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string))
        .expect("a panic has words")
}
