//! Panics of Pact's crates, contained: what they cannot cope with in one interaction becomes a text,
//! and neither ends the run nor paints a stack onto the user's terminal.

use std::any::Any;
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::panic::{self, AssertUnwindSafe};
use std::pin::pin;
use std::sync::Once;

use futures::FutureExt as _;

thread_local! {
    /// Whether this thread is inside of what is contained.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// A hook belongs to the whole process, so it is changed once and speaks of every other panic.
static HOOK: Once = Once::new();

/// Runs `future` to its end, or until it panics: the error is what the panic said.
pub(crate) async fn run<F: Future>(future: F) -> Result<F::Output, String> {
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !INSIDE.get() {
                before(panic);
            }
        }));
    });
    let mut future = pin!(AssertUnwindSafe(future).catch_unwind());
    let polled = poll_fn(|context| {
        INSIDE.set(true);
        // It catches, and so comes back here in any case.
        let polled = future.as_mut().poll(context);
        INSIDE.set(false);
        polled
    });
    polled.await.map_err(|panic| text(&*panic))
}

/// What a panic said.
fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("matching panicked").to_owned()
}
