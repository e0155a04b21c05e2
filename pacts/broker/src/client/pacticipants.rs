//! Pacticipants and their branches.

use serde_json::Value;

use super::error::ClientError;
use super::send::Client;

impl Client {
    pub async fn pacticipant(&self, name: &str) -> Result<Value, ClientError> {
        Ok(self.follow("pb:pacticipant", &[("pacticipant", name)]).await?.body)
    }

    /// Forgets a branch; its versions stay.
    pub async fn delete_branch(&self, pacticipant: &str, branch: &str) -> Result<(), ClientError> {
        let names = [("pacticipant", pacticipant), ("branch", branch)];
        let href = self.index().await?.link("pb:pacticipant-branch", &names)?;
        self.delete(&href).await.map(drop)
    }
}
