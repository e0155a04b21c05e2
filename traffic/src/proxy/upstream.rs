//! The service behind the proxy: where it is, how it is trusted, and the connections to it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderValue, Method, Request, Response, Uri};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use url::Url;

use super::body::RequestBody;
use super::settings::Settings;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a connection is kept for the next request. Services close theirs after 5 s at the soonest as a
/// rule; whoever closes first saves a request from running into it.
const KEEP: Duration = Duration::from_secs(4);
/// Connections that are kept for the next request, at most.
const MAX_KEPT: usize = 1024;

/// Whose certificates a service may show.
#[derive(Clone, Debug, Default)]
pub enum Trust {
    /// Those that this machine trusts.
    #[default]
    Machine,
    /// Those that are signed by a certificate of this PEM file.
    Only(PathBuf),
}

/// A service.
pub struct Upstream {
    client: Client<HttpsConnector<HttpConnector>, RequestBody>,
    connector: HttpsConnector<HttpConnector>,
    max_head: usize,
    scheme: Scheme,
    authority: Authority,
    host: HeaderValue,
}

/// Why a service cannot be asked. Each fits "failed to make the proxy ready: …".
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    #[error("{url:?} is no URL of a service: {reason}")]
    BadUrl { url: String, reason: String },
    #[error("cannot read the certificates in {}: {reason}", path.display())]
    BadCertificates { path: PathBuf, reason: String },
    #[error("cannot use the certificates that this machine trusts: {0}")]
    NoMachineTrust(rustls::Error),
}

impl Upstream {
    /// The service at `url`, which has a scheme, a host and perhaps a port, and nothing more: what a
    /// client asks for goes on unchanged.
    pub fn new(url: &str, trust: &Trust, settings: &Settings) -> Result<Self, UpstreamError> {
        let (scheme, authority) = parse(url)?;
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(CONNECT));
        connector.set_keepalive(Some(Duration::from_mins(1)));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls(trust)?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        let client = client(&connector, settings.max_head);
        let host = HeaderValue::from_str(authority.as_str()).map_err(|error| UpstreamError::BadUrl {
            url: authority.to_string(),
            reason: error.to_string(),
        })?;
        Ok(Self { client, connector, max_head: settings.max_head, scheme, authority, host })
    }

    /// The same service, with connections of its own: none is shared between threads.
    pub(super) fn apart(&self) -> Self {
        Self {
            client: client(&self.connector, self.max_head),
            connector: self.connector.clone(),
            max_head: self.max_head,
            scheme: self.scheme.clone(),
            authority: self.authority.clone(),
            host: self.host.clone(),
        }
    }

    /// Its `Host`.
    pub(super) fn host(&self) -> &HeaderValue {
        &self.host
    }

    /// A request of it, for the target that a client asked for.
    pub(super) fn request(
        &self,
        (method, target): (&Method, &Uri),
        headers: HeaderMap,
        body: RequestBody,
    ) -> Result<Request<RequestBody>, http::Error> {
        let slash = PathAndQuery::from_static("/");
        let uri = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(target.path_and_query().cloned().unwrap_or(slash))
            .build()?;
        let mut request = Request::new(body);
        method.clone_into(request.method_mut());
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        Ok(request)
    }

    pub(super) async fn send(&self, request: Request<RequestBody>) -> Result<Response<Incoming>, Error> {
        self.client.request(request).await
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

fn client(
    connector: &HttpsConnector<HttpConnector>,
    max_head: usize,
) -> Client<HttpsConnector<HttpConnector>, RequestBody> {
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(KEEP)
        .pool_max_idle_per_host(MAX_KEPT)
        .http1_max_buf_size(max_head)
        .http1_preserve_header_case(true)
        .set_host(false)
        .build(connector.clone())
}

fn parse(url: &str) -> Result<(Scheme, Authority), UpstreamError> {
    // What is refused is not shown: it may hold a password.
    let bad = |shown: &str, reason: &str| UpstreamError::BadUrl {
        url: shown.to_owned(),
        reason: reason.to_owned(),
    };
    let parsed = Url::parse(url).map_err(|error| bad("…", &error.to_string()))?;
    let shown = format!("{}://{}", parsed.scheme(), parsed.host_str().unwrap_or_default());
    let scheme = match parsed.scheme() {
        "http" => Scheme::HTTP,
        "https" => Scheme::HTTPS,
        _ => return Err(bad(&shown, "it has to begin with http:// or https://")),
    };
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(bad(&shown, "it holds credentials: clients send theirs themselves"));
    }
    if parsed.path() != "/" || parsed.query().is_some() || parsed.fragment().is_some() {
        let reason = "it has more than a host and a port: what a client asks for goes on unchanged";
        return Err(bad(&shown, reason));
    }
    let host = parsed.host_str().ok_or_else(|| bad(&shown, "it has no host"))?;
    let authority = parsed.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let authority = authority.parse().map_err(|_| bad(&shown, "its host cannot be written in a request"))?;
    Ok((scheme, authority))
}

fn tls(trust: &Trust) -> Result<ClientConfig, UpstreamError> {
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(UpstreamError::NoMachineTrust)?;
    match trust {
        Trust::Machine => {
            let builder = builder.with_platform_verifier().map_err(UpstreamError::NoMachineTrust)?;
            Ok(builder.with_no_client_auth())
        }
        Trust::Only(path) => Ok(builder.with_root_certificates(roots(path)?).with_no_client_auth()),
    }
}

fn roots(path: &Path) -> Result<RootCertStore, UpstreamError> {
    let bad = |reason: String| UpstreamError::BadCertificates { path: path.to_owned(), reason };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| bad(error.to_string()))? {
        let certificate = certificate.map_err(|error| bad(error.to_string()))?;
        roots.add(certificate).map_err(|error| bad(error.to_string()))?;
    }
    if roots.is_empty() { Err(bad("it holds none".to_owned())) } else { Ok(roots) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_a_scheme_a_host_and_a_port() {
        for (url, expected) in [
            ("http://localhost:8080", "http://localhost:8080"),
            ("https://API.example.com/", "https://api.example.com"),
            ("http://[::1]:80", "http://[::1]"),
        ] {
            let (scheme, authority) = parse(url).unwrap();
            assert_eq!(format!("{scheme}://{authority}"), expected);
        }
        for (url, reason) in [
            ("localhost:8080", "has to begin with"),
            ("ftp://a", "has to begin with"),
            ("http://ada:hunter2@a", "credentials"),
            ("http://a/api", "unchanged"),
            ("http://a?x=1", "unchanged"),
            ("nowhere", "relative URL"),
        ] {
            let error = parse(url).unwrap_err().to_string();
            assert!(error.contains(reason) && !error.contains("hunter2"), "{url}: {error}");
        }
    }
}
