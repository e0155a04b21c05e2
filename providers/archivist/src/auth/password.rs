//! Hashing and checking passwords with argon2id, away from the threads that serve requests.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier, Version};
use tokio::sync::Semaphore;

/// Hashes at one time, at most: each takes a core and all its memory.
const PARALLEL: usize = 4;

/// What one hash costs. The default is the one OWASP names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    pub memory_kib: u32,
    pub passes: u32,
}

impl Default for PasswordCost {
    fn default() -> Self {
        Self { memory_kib: Params::DEFAULT_M_COST, passes: Params::DEFAULT_T_COST }
    }
}

/// A password that could not be hashed or checked: a fault of the service, not a wrong password.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error("hash the password: {0}")]
    Hash(argon2::password_hash::Error),
    #[error("hash the password: these costs are not possible: {0}")]
    Cost(argon2::Error),
    #[error("hash the password: the service is shutting down")]
    ShuttingDown,
}

#[derive(Clone, Debug)]
pub struct PasswordHasher {
    argon2: Argon2<'static>,
    permits: Arc<Semaphore>,
    decoy: Arc<str>,
}

impl PasswordHasher {
    pub async fn new(cost: PasswordCost) -> Result<Self, PasswordError> {
        let params = Params::new(cost.memory_kib, cost.passes, Params::DEFAULT_P_COST, None);
        let params = params.map_err(PasswordError::Cost)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::default(), params);
        let permits = Arc::new(Semaphore::new(PARALLEL));
        let mut hasher = Self { argon2, permits, decoy: Arc::from("") };
        hasher.decoy = hasher.hash("nobody has this password").await?.into();
        Ok(hasher)
    }

    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let (argon2, password) = (self.argon2.clone(), password.to_owned());
        self.work(move || argon2.hash_password(password.as_bytes()).map(|hash| hash.to_string()))
            .await?
            .map_err(PasswordError::Hash)
    }

    /// Whether `password` belongs to `stored`. An account that does not exist takes as long as one
    /// that does: its answer is checked against a hash of the same cost.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool, PasswordError> {
        let known = stored.is_some();
        let hash = stored.unwrap_or(&self.decoy).to_owned();
        let (argon2, password) = (self.argon2.clone(), password.to_owned());
        let matches = self.work(move || {
            PasswordHash::new(&hash)
                .is_ok_and(|hash| argon2.verify_password(password.as_bytes(), &hash).is_ok())
        });
        Ok(matches.await? && known)
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let permit = self.permits.clone().acquire_owned().await.map_err(|_| PasswordError::ShuttingDown)?;
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        done.await.map_err(|_| PasswordError::ShuttingDown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn hasher() -> PasswordHasher {
        PasswordHasher::new(PasswordCost { memory_kib: 8, passes: 1 }).await.unwrap()
    }

    #[tokio::test]
    async fn a_password_matches_its_own_hash_alone() {
        let hasher = hasher().await;
        let hash = hasher.hash("correct horse").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{hash}");
        assert!(hasher.verify("correct horse", Some(&hash)).await.unwrap());
        assert!(!hasher.verify("wrong horse", Some(&hash)).await.unwrap());
        assert_ne!(hash, hasher.hash("correct horse").await.unwrap(), "every hash has its own salt");
    }

    #[tokio::test]
    async fn nobody_signs_in_with_the_decoy() {
        let hasher = hasher().await;
        assert!(!hasher.verify("nobody has this password", None).await.unwrap());
    }

    #[tokio::test]
    async fn an_unknown_account_is_asked_for_as_much_work_as_a_known_one() {
        let hasher = hasher().await;
        let hash = hasher.hash("correct horse").await.unwrap();
        let cost = |hash: &str| hash.rsplitn(3, '$').last().map(str::to_owned);
        assert_eq!(cost(&hasher.decoy), cost(&hash));
        assert_eq!(cost(&hash).as_deref(), Some("$argon2id$v=19$m=8,t=1,p=1"));
    }

    #[tokio::test]
    async fn what_is_no_hash_matches_nothing() {
        assert!(!hasher().await.verify("", Some("")).await.unwrap());
    }

    #[test]
    fn the_default_cost_is_a_serious_one() {
        assert_eq!(PasswordCost::default(), PasswordCost { memory_kib: 19 * 1024, passes: 2 });
    }
}
