//! What can be tested at any deployment: with unique data, which is taken away afterwards. It needs a worker that
//! takes the words of a recording from the subtitles beside it, as ours does by default. Publishing is tested where
//! `CABLECAST_URL`, `CABLECAST_USERNAME` and `CABLECAST_PASSWORD` name the deployment's station as well.

mod events;
mod people;
mod workflow;
