//! The broker over HTTP, as its clients meet it.

mod applications;
mod environments;
mod publishing;
mod running;
