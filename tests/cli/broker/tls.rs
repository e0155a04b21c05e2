//! A broker behind TLS, whose certificate an authority of one's own has signed.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::Shelf;
use crate::foreign::Foreign;

/// Makes an authority `ca.pem`, one that signed nothing, `other.pem`, and a certificate of the first for localhost;
/// none where there is no openssl.
fn certificates() -> Option<TempDir> {
    let folder = TempDir::new().unwrap();
    let openssl = |arguments: &str| {
        let arguments = arguments.split(' ');
        Command::new("openssl").args(arguments).current_dir(folder.path()).output()
    };
    if openssl("version").is_err() {
        assert!(std::env::var_os("CI").is_none(), "there is no openssl");
        let _ = writeln!(io::stderr(), "SKIPPED: there is no openssl");
        return None;
    }
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    let names = "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE";
    std::fs::write(folder.path().join("names"), names).unwrap();
    for arguments in [
        format!("req -x509 {key} -days 2 -keyout ca.key -out ca.pem -subj /CN=authority"),
        format!("req -x509 {key} -days 2 -keyout other.key -out other.pem -subj /CN=other"),
        format!("req {key} -keyout key.pem -out request.pem -subj /CN=localhost"),
        "x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out cert.pem".to_owned(),
    ] {
        let output = openssl(&arguments).unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    Some(folder)
}

/// Takes TLS off before a broker that speaks HTTP.
fn front(folder: &Path, broker: &str) -> Foreign {
    let certificate = CertificateDer::from_pem_file(folder.join("cert.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("key.pem")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let broker = broker.trim_start_matches("http://").to_owned();
    let mut front = Foreign::with(|listener| async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, broker) = (acceptor.clone(), broker.clone());
            tokio::spawn(async move {
                // Whoever does not trust us breaks off.
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut behind = TcpStream::connect(broker).await.unwrap();
                // Either side may leave first.
                let _ = tokio::io::copy_bidirectional(&mut stream, &mut behind).await;
            });
        }
    });
    front.url = front.url.replace("http://127.0.0.1", "https://localhost");
    front
}

#[test]
fn an_own_authority_is_trusted_where_it_is_named_and_no_other() {
    let Some(folder) = certificates() else { return };
    let shelf = Shelf::start();
    let front = front(folder.path(), &shelf.url);
    let create = |name: &str, authority: &[&str]| {
        let own = ["environment", "create", "--name", name, "--broker-url", &front.url];
        shelf.run(&[&own[..], authority].concat())
    };
    let at = |file: &str| folder.path().join(file).to_string_lossy().into_owned();
    create("live", &[]).ended_with(2).says("no answer from https://localhost").says("certificate");
    create("live", &["--broker-ca", &at("other.pem")]).ended_with(2).says("certificate");
    create("live", &["--broker-ca", &at("ca.pem")]).ended_with(0);
    create("other", &["--broker-ca", &at("key.pem")]).ended_with(2).says("its CA file holds no certificate");
    create("other", &["--broker-ca", &at("none.pem")])
        .ended_with(2)
        .says("failed to read the broker's CA file");
    shelf
        .scene
        .write("countersign.toml", &format!("[broker]\nurl = {:?}\nca = {:?}\n", front.url, at("ca.pem")));
    let list =
        || shelf.command(&["environment", "list"]).env_remove("PACT_BROKER_BASE_URL").output().unwrap();
    crate::scene::Told::from(list()).ended_with(0).says("live").does_not_say("other");
}
