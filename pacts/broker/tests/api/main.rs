//! The broker over HTTP, as its clients meet it.

mod applications;
mod choosing;
mod documents;
mod environments;
mod listing;
mod matrix;
mod official;
mod publishing;
mod results;
mod running;
