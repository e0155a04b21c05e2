//! A page that was written, opened in a browser as a file.

use std::future::Future;

use private_browser::Browser;

/// Opens `page` in a browser, does `work` with it, and closes the browser whatever came of it.
pub fn with<W, F>(page: &str, work: W)
where
    W: FnOnce(Browser) -> F + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.html");
    std::fs::write(&file, page).unwrap();
    let address = format!("file://{}", file.display());
    let opened = private_browser::with(crate::scene::repository("artefacts"), |browser| async move {
        browser.open(&address).await;
        work(browser).await;
    });
    tokio::runtime::Runtime::new().unwrap().block_on(opened);
}

/// What the page said on the console, and every address that it asked for beside its own.
pub async fn told_and_asked(browser: &Browser) -> (Vec<String>, Vec<String>) {
    let (told, mut asked) = browser.told_and_asked().await;
    let own = browser.address().await;
    asked.retain(|address| *address != own && !address.starts_with("data:"));
    (told, asked)
}
