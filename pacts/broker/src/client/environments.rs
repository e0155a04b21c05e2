//! Environments: places where versions run, or for which they are released.

use serde_json::{Value, json};

use super::error::ClientError;
use super::resource::Resource;
use super::send::Client;

/// What an environment is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    pub name: Option<String>,
    pub display_name: Option<String>,
    pub production: Option<bool>,
}

impl Environment {
    fn put_into(&self, body: &mut Value) {
        if let Some(name) = &self.name {
            body["name"] = name.as_str().into();
        }
        if let Some(name) = &self.display_name {
            body["displayName"] = name.as_str().into();
        }
        if let Some(production) = self.production {
            body["production"] = production.into();
        }
    }
}

impl Client {
    pub async fn environments(&self) -> Result<Vec<Value>, ClientError> {
        Ok(self.follow("pb:environments", &[]).await?.embedded("environments")?.to_vec())
    }

    /// The environment of that name, with its links.
    pub(super) async fn environment(&self, name: &str) -> Result<Resource, ClientError> {
        let listed = self.follow("pb:environments", &[]).await?;
        let all = listed.embedded("environments")?;
        let names = || all.iter().filter_map(|it| it["name"].as_str());
        let one = all.iter().find(|it| it["name"] == name).ok_or_else(|| missing(name, names()))?;
        let href = one["_links"]["self"]["href"].as_str();
        let href = href.ok_or_else(|| listed.misspoken(format!("{name} has no address")))?;
        self.get(href).await
    }

    pub async fn create_environment(&self, environment: &Environment) -> Result<Value, ClientError> {
        let href = self.index().await?.link("pb:environments", &[])?;
        let mut body = json!({ "production": false });
        environment.put_into(&mut body);
        Ok(self.post(&href, &body).await?.body)
    }

    /// Changes what is said, and leaves the rest.
    pub async fn update_environment(&self, name: &str, change: &Environment) -> Result<Value, ClientError> {
        let there = self.environment(name).await?;
        let href = there.link("self", &[])?;
        let mut body = there.body;
        change.put_into(&mut body);
        Ok(self.put(&href, &body).await?.body)
    }

    pub async fn delete_environment(&self, name: &str) -> Result<(), ClientError> {
        let href = self.environment(name).await?.link("self", &[])?;
        self.delete(&href).await.map(drop)
    }
}

/// What to say where there is no such environment.
pub(super) fn missing<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> ClientError {
    let known: Vec<&str> = known.collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    ClientError::Unknown(format!("the broker knows no environment {name:?} (it knows {known})"))
}
