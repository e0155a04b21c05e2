//! Our own cases.
fn main() {}
