//! Embeds the rules: what stands in the folder `rules` is what there is.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let folder = Path::new(&manifest).join("rules");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the folder of rules can be read")
        .map(|entry| entry.expect("an entry of the folder of rules can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    let mut list = String::from("[\n");
    for file in &files {
        let path = file.to_str().expect("the path of the house is UTF-8");
        let stem = file.file_stem().and_then(|stem| stem.to_str()).expect("a rule has a name");
        writeln!(list, "    ({stem:?}, include_str!({path:?})),").expect("a string can be written to");
    }
    list.push_str("]\n");
    let out = env::var_os("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out).join("rules.rs"), list).expect("the list of rules can be written");
}
