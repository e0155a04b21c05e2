//! A service behind TLS, whose certificate an authority of our own has signed.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use countersign_traffic::proxy::{Trust, Upstream};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::origin::json_answer;
use crate::scene::{Proxied, run, settings, vod};
use crate::wire::Wire;

/// Makes an authority `ca.pem` and a certificate for localhost that it signed; none where there is no
/// openssl.
fn certificates() -> Option<TempDir> {
    let folder = TempDir::new().unwrap();
    let openssl = |arguments: &str| {
        let arguments = arguments.split(' ');
        Command::new("openssl").args(arguments).current_dir(folder.path()).output()
    };
    if openssl("version").is_err() {
        assert!(std::env::var_os("CI").is_none(), "there is no openssl");
        return None;
    }
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
    std::fs::write(
        folder.path().join("names"),
        "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE",
    )
    .unwrap();
    for arguments in [
        format!("req -x509 {key} -keyout ca.key -out ca.pem -subj /CN=authority"),
        format!("req {key} -keyout key.pem -out request.pem -subj /CN=localhost"),
        "x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out cert.pem".to_owned(),
    ] {
        let output = openssl(&arguments).unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    Some(folder)
}

/// Answers every request on a connection of TLS.
async fn serve(folder: &Path) -> u16 {
    let certificate = CertificateDer::from_pem_file(folder.join("cert.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("key.pem")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Whoever does not trust us breaks off.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                stream.read_buf(&mut request).await.unwrap();
            }
            stream.write_all(&json_answer(200, &vod())).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    port
}

#[test]
fn an_own_authority_is_trusted_where_it_is_named() {
    let Some(folder) = certificates() else {
        eprintln!("SKIPPED: there is no openssl");
        return;
    };
    run(async {
        let port = serve(folder.path()).await;
        let url = format!("https://localhost:{port}");
        let trust = Trust::Only(folder.path().join("ca.pem"));
        let proxy = Proxied::with(&url, &trust, settings()).await;
        let answer = Wire::connect(proxy.address).await.get("/vods/7").await;
        assert_eq!(answer.text(), vod().to_string());
        let (observed, failures) = proxy.stop().await;
        assert_eq!((observed.tally.judged, failures.len()), (1, 0));

        let proxy = Proxied::with(&url, &Trust::Machine, settings()).await;
        let answer = Wire::connect(proxy.address).await.get("/vods/7").await;
        assert!(answer.start().contains("502"), "{answer:?}");
        assert_eq!(answer.header("proxy-status"), ["countersign; error=tls_protocol_error"]);
        assert!(answer.text().contains("certificate"), "{}", answer.text());
    });
}

#[test]
fn a_file_without_certificates_is_refused() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("ca.pem");
    let refused = || {
        let trust = Trust::Only(file.clone());
        Upstream::new("https://localhost", &trust, &settings()).map(|_| ()).unwrap_err().to_string()
    };
    assert!(refused().contains("cannot read the certificates"), "{}", refused());
    std::fs::write(&file, "nothing").unwrap();
    assert!(refused().contains("it holds none"), "{}", refused());
}
