//! The same pact, the same answer, two verifiers: ours and the official one. Over a family of
//! generated cases both have to send the same request and come to the same verdict.

#[cfg(test)]
mod bodies;
#[cfg(test)]
mod case;
#[cfg(test)]
mod headers;
#[cfg(test)]
mod matchers;
#[cfg(test)]
mod random;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod server;
#[cfg(test)]
mod verifiers;

#[cfg(test)]
mod agreement {
    use std::collections::BTreeSet;

    use crate::case::{ALL, Case};
    use crate::server::Server;
    use crate::{bodies, headers, matchers, random, requests, verifiers};

    /// Where the official verifier is wrong, and why. Everything else has to agree.
    const OFFICIAL_IS_WRONG: [(&str, &str); 1] = [(
        "V4 request query valueless",
        "it drops a query parameter without a value, so the provider never sees what the consumer sent",
    )];

    async fn compare(cases: Vec<Case>, at_least: usize) {
        assert!(cases.len() >= at_least, "only {} cases", cases.len());
        let names: BTreeSet<_> = cases.iter().map(|case| case.name.as_str()).collect();
        assert_eq!(names.len(), cases.len(), "two cases have one name");
        let server = Server::start(&cases).await;
        let (mut disagreements, mut kept) = (Vec::new(), 0);
        for version in ALL {
            let of_version = cases.iter().enumerate().filter(|(_, case)| case.version == version);
            let of_version: Vec<_> = of_version.collect();
            if of_version.is_empty() {
                continue;
            }
            let ours = verifiers::ours(version, &of_version, &server).await;
            for ((index, case), ours) in of_version.into_iter().zip(ours) {
                let mut official = verifiers::official(case, index, &server).await;
                kept += usize::from(ours.verdict == "kept");
                if case.random_request {
                    official.request.clone_from(&ours.request);
                }
                let excused = OFFICIAL_IS_WRONG.iter().any(|(name, _)| *name == case.name);
                if (ours == official) == excused {
                    disagreements
                        .push(format!("{}:\n  ours     {ours:?}\n  official {official:?}", case.name));
                }
            }
        }
        assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
        assert!(kept * 20 >= cases.len(), "nearly nothing is kept: {kept} of {}", cases.len());
        assert!(kept * 20 <= cases.len() * 19, "nearly all is kept: {kept} of {}", cases.len());
    }

    #[tokio::test]
    async fn on_every_matcher() {
        compare(matchers::cases(), 900).await;
    }

    #[tokio::test]
    async fn on_every_kind_of_body() {
        compare(bodies::cases(), 150).await;
    }

    #[tokio::test]
    async fn on_status_and_headers() {
        compare(headers::cases(), 100).await;
    }

    #[tokio::test]
    async fn on_requests_and_generators() {
        compare(requests::cases(), 60).await;
    }

    #[tokio::test]
    async fn on_random_bodies_under_random_rules() {
        compare(random::cases(600), 600).await;
    }
}
