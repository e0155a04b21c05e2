//! The broker over HTTP, as its clients meet it.

mod publishing;
mod running;
