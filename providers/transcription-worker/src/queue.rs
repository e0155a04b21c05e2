//! The wire: lists and results on Redis, as Celery and kombu write them.

mod broker;
mod control;
pub(crate) mod dead_letter;
mod peek;
pub(crate) mod result;
mod scripts;

pub(crate) use broker::{Broker, Finish, Taken, words};
pub(crate) use control::{Order, listen};
pub(crate) use peek::peek;
