//! The accounts of the broker, by the variables that the Pact Broker of the field reads.

use countersign_broker::http::Accounts;

use crate::ci::Variable;
use crate::cli::failure::Failure;

/// Name, password, and whether it may write.
const PAIRS: [(&str, &str, bool); 2] = [
    ("PACT_BROKER_BASIC_AUTH_USERNAME", "PACT_BROKER_BASIC_AUTH_PASSWORD", true),
    ("PACT_BROKER_BASIC_AUTH_READ_ONLY_USERNAME", "PACT_BROKER_BASIC_AUTH_READ_ONLY_PASSWORD", false),
];

/// Whether the environment names an account.
pub fn any(variable: Variable<'_>) -> bool {
    PAIRS.iter().any(|(name, _, _)| variable(name).is_some_and(|value| !value.is_empty()))
}

/// The accounts that the environment names. Half of one would leave the broker open without a word.
pub fn from(variable: Variable<'_>) -> Result<Accounts, Failure> {
    let given = |name: &str| variable(name).filter(|value| !value.is_empty());
    let mut accounts = Accounts::default();
    for (name, password, writes) in PAIRS {
        match (given(name), given(password)) {
            (Some(name), Some(password)) => accounts = accounts.with(&name, &password, writes),
            (None, None) => {}
            (half, _) => {
                let missing = if half.is_some() { password } else { name };
                return Err(Failure::new(format!(
                    "failed to set the broker's accounts up: {missing} is not set"
                ))
                .hint(format!("set both {name} and {password}, or neither")));
            }
        }
    }
    Ok(accounts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accounts(variables: &[(&str, &str)]) -> Result<String, Failure> {
        let variable = |wanted: &str| {
            let found = variables.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| (*value).to_owned())
        };
        from(&variable).map(|accounts| format!("{accounts:?}"))
    }

    #[test]
    fn an_account_is_whole_and_its_password_is_not_shown() {
        let [(writer, secret, _), (reader, other, _)] = PAIRS;
        let both =
            accounts(&[(writer, "ci"), (secret, "hunter2"), (reader, "all"), (other, "hunter3")]).unwrap();
        assert!(both.contains("\"ci\"") && both.contains("\"all\"") && !both.contains("hunter"), "{both}");
        assert!(!accounts(&[]).unwrap().contains('"'));
        for half in [[(writer, "ci")], [(secret, "hunter2")], [(reader, "all")]] {
            assert!(accounts(&half).is_err());
        }
    }
}
