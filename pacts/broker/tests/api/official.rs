//! The official clients, as they are: nothing here knows what they ask for.

mod accounts;
mod applications;
mod deploying;
mod program;
mod replay;
mod verifier;
mod webhooks;
