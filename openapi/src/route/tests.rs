//! Which operation answers which request.

use super::*;

const PATHS: &[(&str, &str)] = &[
    ("GET", "/shows"),
    ("POST", "/shows"),
    ("GET", "/shows/{id}"),
    ("DELETE", "/shows/{show}"),
    ("GET", "/shows/search"),
    ("GET", "/shows/{id}.json"),
    ("GET", "/shows/{id}/vods/{vod}"),
    ("GET", "/{any}/all/vods/{vod}"),
    ("GET", "/"),
    ("GET", "/slash/"),
];

fn router() -> Router {
    let mut router = Router::default();
    for (index, (method, path)) in PATHS.iter().enumerate() {
        let template = Template::parse(path);
        if PATHS.iter().position(|(_, other)| other == path) == Some(index) {
            router.add_path(path, &template);
        }
        router.add(method, &template, &["/api/v1".to_owned()], index).unwrap();
    }
    router
}

#[test]
fn the_most_specific_template_wins() {
    let router = router();
    let cases: &[(&str, &str, &str, &[&str])] = &[
        ("GET", "/shows", "/shows", &[]),
        ("get", "/shows", "/shows", &[]),
        ("GET", "/api/v1/shows", "/shows", &[]),
        ("GET", "/%73hows/7", "/shows/{id}", &["7"]),
        ("GET", "/shows/search", "/shows/search", &[]),
        ("DELETE", "/shows/search", "/shows/{show}", &["search"]),
        ("GET", "/shows/7.json", "/shows/{id}.json", &["7"]),
        ("GET", "/shows/a%2Fb", "/shows/{id}", &["a%2Fb"]),
        ("GET", "/shows/all/vods/1", "/shows/{id}/vods/{vod}", &["all", "1"]),
        ("GET", "/x/all/vods/1", "/{any}/all/vods/{vod}", &["x", "1"]),
        ("GET", "/", "/", &[]),
        ("GET", "/api/v1/", "/", &[]),
        ("GET", "/slash/", "/slash/", &[]),
    ];
    for (method, path, template, captures) in cases {
        let found = router.find(method, path).unwrap_or_else(|miss| panic!("{method} {path}: {miss:?}"));
        assert_eq!(PATHS[found.operation].1, *template, "{method} {path}");
        assert_eq!(found.captures, *captures, "{method} {path}");
    }
}

#[test]
fn a_miss_says_what_comes_near() {
    let router = router();
    let method = |operations: &[usize]| Miss::Method { operations: operations.to_vec() };
    let path = |nearest: &[&str]| Miss::Path { nearest: nearest.iter().map(ToString::to_string).collect() };
    let cases = [
        ("PUT", "/shows", method(&[0, 1])),
        ("PUT", "/shows/7", method(&[2, 3])),
        ("GET", "/shwos", path(&["/shows"])),
        ("GET", "/shows/7/vod/3", path(&["/shows/{id}/vods/{vod}"])),
        ("GET", "/slash", path(&["/slash/"])),
        ("GET", "/no/thing/like/it", path(&[])),
        ("GET", "/shows/like/it", path(&[])),
        ("GET", "shows", path(&["/shows"])),
        ("GET", "/api/v2/shows", path(&["/shows"])),
        ("GET", "", path(&["/"])),
    ];
    for (verb, sent, miss) in cases {
        assert_eq!(router.find(verb, sent), Err(miss), "{verb} {sent}");
    }
}

#[test]
fn the_same_request_cannot_have_two_operations() {
    let mut router = router();
    let template = Template::parse("/shows/{other}");
    assert_eq!(router.add("GET", &template, &[], 99), Err(Duplicate { first: 2 }));
    assert_eq!(router.add("PUT", &template, &[], 99), Ok(()));
}

#[test]
fn a_prefix_belongs_to_the_operations_whose_servers_have_it() {
    let mut router = router();
    router.add("GET", &Template::parse("/status"), &["/other".to_owned()], 99).unwrap();
    assert_eq!(router.find("GET", "/other/status").unwrap().operation, 99);
    assert_eq!(router.find("GET", "/status").unwrap().operation, 99);
    assert!(router.find("GET", "/api/v1/status").is_err());
}
