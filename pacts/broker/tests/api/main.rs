//! The broker over HTTP, as its clients meet it.

mod applications;
mod environments;
mod matrix;
mod publishing;
mod running;
mod choosing;
mod documents;
mod listing;
mod results;
