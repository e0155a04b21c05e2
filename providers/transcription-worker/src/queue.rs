//! The wire: lists and results on Redis, as Celery and kombu write them.

mod broker;
mod connection;
mod control;
pub(crate) mod dead_letter;
mod peek;
mod restore;
pub(crate) mod result;
mod scripts;
mod writes;

pub(crate) use broker::{Broker, Taken, words};
pub(crate) use control::{Order, listen};
pub(crate) use peek::peek;
pub(crate) use restore::Stamp;
pub(crate) use writes::{Finish, Writes};
