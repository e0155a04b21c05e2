//! How a replay behaves towards providers of every kind, good and bad.

#[cfg(test)]
mod celery;
#[cfg(test)]
mod concurrency;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod messages;
#[cfg(test)]
mod pacts;
#[cfg(test)]
mod provider;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod states;
#[cfg(test)]
mod verdicts;
#[cfg(test)]
mod websocket;
#[cfg(test)]
mod wire;
