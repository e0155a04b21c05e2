//! The document that is served.

use serde_json::Value;

use crate::archivist::TestArchivist;
use crate::scenarios;

scenarios![the_document_served_is_the_one_committed];

const COMMITTED: &str = include_str!("../../../../openapi/archivist.yaml");

async fn the_document_served_is_the_one_committed(archivist: &TestArchivist) {
    let reply = archivist.get("/openapi.json").send().await;
    assert_eq!(reply.header("content-type"), Some("application/json"));
    let committed: Value = serde_saphyr::from_str(COMMITTED).unwrap();
    assert_eq!(reply.expect(200), committed);
}
