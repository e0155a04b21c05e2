//! What placeholders stand for while one provider is replayed: its folder, a port, and the URLs of its
//! services.

use std::collections::BTreeMap;
use std::path::Path;

use crate::config::{Filling, Service, ServiceName, Template, Unfillable};
use crate::secrets::Secrets;

/// What the placeholders of one table stand for.
pub(super) struct Setting<'a> {
    /// Port and folder of what is started here.
    pub started: Option<(u16, &'a Path)>,
    pub directory: &'a Directory,
}

/// Where services are.
#[derive(Debug, Default)]
pub(super) struct Directory {
    urls: BTreeMap<ServiceName, String>,
    /// The variables that would name those that are not there.
    instead: BTreeMap<ServiceName, String>,
}

impl Setting<'_> {
    pub fn fill(&self, template: &Template, secrets: &mut Secrets) -> Result<String, Unfillable> {
        template.fill(&self.filling(&|name| self.directory.url(name)), secrets)
    }

    /// What to fill with, for what is not a template itself.
    pub fn filling<'b>(
        &'b self,
        service: &'b dyn Fn(&ServiceName) -> Result<String, Unfillable>,
    ) -> Filling<'b> {
        Filling { started: self.started, service, variable: &variable }
    }
}

impl Directory {
    pub fn of(services: &[Service]) -> Self {
        let instead = services.iter().filter_map(|it| Some((it.name.clone(), it.instead.clone()?)));
        Self { urls: BTreeMap::new(), instead: instead.collect() }
    }

    /// Notes that a service is at `url`.
    pub fn enter(&mut self, name: &ServiceName, url: &str) {
        // So that ${service:NAME}/path has one slash.
        self.urls.insert(name.clone(), url.trim_end_matches('/').to_owned());
    }

    pub fn url(&self, name: &ServiceName) -> Result<String, Unfillable> {
        let missing = || Unfillable::Service { name: name.clone(), instead: self.instead.get(name).cloned() };
        self.urls.get(name).cloned().ok_or_else(missing)
    }
}

/// The URL of a service that runs already, where the environment names one.
#[must_use]
pub fn instead(service: &Service) -> Option<String> {
    service.instead.as_deref().and_then(variable).filter(|url| !url.is_empty())
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
