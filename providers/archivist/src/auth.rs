//! Who is asking: passwords, tokens, and the brake on guessing.

mod identity;
mod password;
mod throttle;
mod token;

pub use identity::{Admin, Client, SignedIn};
pub use password::{PasswordCost, PasswordError, PasswordHasher};
pub use throttle::Throttle;
pub use token::Token;
