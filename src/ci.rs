//! Which build this is: version, branch and address, as the CI service tells them, or git.

use std::process::{Command, Stdio};

/// What could be found out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// A commit.
    pub version: Option<String>,
    pub branch: Option<String>,
    /// Where the build can be looked at.
    pub url: Option<String>,
}

/// Looks an environment variable up.
pub type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What this process's environment tells, and git where that tells nothing.
#[must_use]
pub fn found() -> Found {
    let told = told(&|name| std::env::var(name).ok());
    Found {
        version: told.version.or_else(|| git(&["rev-parse", "--verify", "HEAD"])),
        branch: told.branch.or_else(|| git(&["symbolic-ref", "--quiet", "--short", "HEAD"])),
        url: told.url,
    }
}

/// What the variables of the CI service tell. A request to merge is a build of the branch that it comes
/// from; a build of a tag has no branch.
#[must_use]
pub fn told(variable: Variable<'_>) -> Found {
    let variable = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
    let services: [(&str, Service); 8] = [
        ("GITHUB_ACTIONS", github),
        ("GITLAB_CI", gitlab),
        ("CIRCLECI", circle),
        ("BUILDKITE", buildkite),
        ("TRAVIS", travis),
        ("TF_BUILD", azure),
        ("BITBUCKET_BUILD_NUMBER", bitbucket),
        ("JENKINS_URL", jenkins),
    ];
    let service = services.iter().find(|(sign, _)| variable(sign).is_some());
    service.map_or_else(Found::default, |(_, read)| read(&variable))
}

type Service = fn(Variable<'_>) -> Found;

fn github(variable: Variable<'_>) -> Found {
    let pushed = || variable("GITHUB_REF")?.strip_prefix("refs/heads/").map(str::to_owned);
    let url = || {
        let (server, repository) = (variable("GITHUB_SERVER_URL")?, variable("GITHUB_REPOSITORY")?);
        Some(format!("{server}/{repository}/actions/runs/{}", variable("GITHUB_RUN_ID")?))
    };
    Found { version: variable("GITHUB_SHA"), branch: variable("GITHUB_HEAD_REF").or_else(pushed), url: url() }
}

fn gitlab(variable: Variable<'_>) -> Found {
    Found {
        version: variable("CI_COMMIT_SHA"),
        branch: variable("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME").or_else(|| variable("CI_COMMIT_BRANCH")),
        url: variable("CI_JOB_URL").or_else(|| variable("CI_PIPELINE_URL")),
    }
}

fn circle(variable: Variable<'_>) -> Found {
    Found {
        version: variable("CIRCLE_SHA1"),
        branch: variable("CIRCLE_BRANCH"),
        url: variable("CIRCLE_BUILD_URL"),
    }
}

fn buildkite(variable: Variable<'_>) -> Found {
    Found {
        // Where nobody named a commit, it is whatever is checked out, which git tells.
        version: variable("BUILDKITE_COMMIT").filter(|it| it != "HEAD"),
        branch: variable("BUILDKITE_BRANCH").filter(|_| variable("BUILDKITE_TAG").is_none()),
        url: variable("BUILDKITE_BUILD_URL"),
    }
}

fn travis(variable: Variable<'_>) -> Found {
    let pushed = || variable("TRAVIS_BRANCH").filter(|_| variable("TRAVIS_TAG").is_none());
    Found {
        version: variable("TRAVIS_COMMIT"),
        branch: variable("TRAVIS_PULL_REQUEST_BRANCH").or_else(pushed),
        url: variable("TRAVIS_BUILD_WEB_URL"),
    }
}

fn azure(variable: Variable<'_>) -> Found {
    let source = variable("SYSTEM_PULLREQUEST_SOURCEBRANCH").or_else(|| variable("BUILD_SOURCEBRANCH"));
    let url = || {
        let collection = variable("SYSTEM_TEAMFOUNDATIONCOLLECTIONURI")?;
        let (project, build) = (variable("SYSTEM_TEAMPROJECT")?, variable("BUILD_BUILDID")?);
        Some(format!("{}/{project}/_build/results?buildId={build}", collection.trim_end_matches('/')))
    };
    Found {
        version: variable("BUILD_SOURCEVERSION"),
        branch: source.and_then(|it| it.strip_prefix("refs/heads/").map(str::to_owned)),
        url: url(),
    }
}

fn bitbucket(variable: Variable<'_>) -> Found {
    let url = || {
        let repository = variable("BITBUCKET_GIT_HTTP_ORIGIN")?;
        Some(format!("{repository}/pipelines/results/{}", variable("BITBUCKET_BUILD_NUMBER")?))
    };
    Found { version: variable("BITBUCKET_COMMIT"), branch: variable("BITBUCKET_BRANCH"), url: url() }
}

fn jenkins(variable: Variable<'_>) -> Found {
    let checked_out = || {
        let branch = variable("GIT_BRANCH")?;
        Some(branch.strip_prefix("origin/").map_or(branch.clone(), str::to_owned))
    };
    let named = ["CHANGE_BRANCH", "BRANCH_NAME", "GIT_LOCAL_BRANCH"].iter().find_map(|name| variable(name));
    Found {
        version: variable("GIT_COMMIT"),
        branch: named.or_else(checked_out).filter(|_| variable("TAG_NAME").is_none()),
        url: variable("BUILD_URL"),
    }
}

/// What git answers in this folder; nothing where there is no git, no repository or no answer.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).stdin(Stdio::null()).output().ok()?;
    let answer = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !answer.is_empty()).then_some(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Variables, then version, branch and address.
    type Case = (&'static [(&'static str, &'static str)], [Option<&'static str>; 3]);

    const CASES: [Case; 12] = [
        (&[], [None, None, None]),
        (
            &[
                ("GITHUB_ACTIONS", "true"),
                ("GITHUB_SHA", "c1"),
                ("GITHUB_REF", "refs/heads/feat/x"),
                ("GITHUB_HEAD_REF", ""),
                ("GITHUB_SERVER_URL", "https://github.com"),
                ("GITHUB_REPOSITORY", "o/r"),
                ("GITHUB_RUN_ID", "7"),
            ],
            [Some("c1"), Some("feat/x"), Some("https://github.com/o/r/actions/runs/7")],
        ),
        (
            &[("GITHUB_ACTIONS", "true"), ("GITHUB_REF", "refs/pull/3/merge"), ("GITHUB_HEAD_REF", "feat/x")],
            [None, Some("feat/x"), None],
        ),
        (&[("GITHUB_ACTIONS", "true"), ("GITHUB_REF", "refs/tags/v1")], [None, None, None]),
        (
            &[
                ("GITLAB_CI", "true"),
                ("CI_COMMIT_SHA", "c2"),
                ("CI_COMMIT_BRANCH", "main"),
                ("CI_PIPELINE_URL", "https://gitlab/p"),
                ("CI_JOB_URL", "https://gitlab/j"),
            ],
            [Some("c2"), Some("main"), Some("https://gitlab/j")],
        ),
        (
            &[
                ("JENKINS_URL", "https://jenkins/"),
                ("GIT_COMMIT", "c3"),
                ("GIT_BRANCH", "origin/main"),
                ("BUILD_URL", "https://jenkins/7"),
            ],
            [Some("c3"), Some("main"), Some("https://jenkins/7")],
        ),
        (
            &[
                ("CIRCLECI", "true"),
                ("CIRCLE_SHA1", "c4"),
                ("CIRCLE_BRANCH", "b"),
                ("CIRCLE_BUILD_URL", "https://circle/7"),
            ],
            [Some("c4"), Some("b"), Some("https://circle/7")],
        ),
        (
            &[
                ("BUILDKITE", "true"),
                ("BUILDKITE_COMMIT", "HEAD"),
                ("BUILDKITE_BRANCH", "b"),
                ("BUILDKITE_BUILD_URL", "https://buildkite/7"),
            ],
            [None, Some("b"), Some("https://buildkite/7")],
        ),
        (
            &[
                ("TRAVIS", "true"),
                ("TRAVIS_COMMIT", "c5"),
                ("TRAVIS_BRANCH", "main"),
                ("TRAVIS_PULL_REQUEST_BRANCH", "b"),
                ("TRAVIS_BUILD_WEB_URL", "https://travis/7"),
            ],
            [Some("c5"), Some("b"), Some("https://travis/7")],
        ),
        (&[("TRAVIS", "true"), ("TRAVIS_BRANCH", "v1"), ("TRAVIS_TAG", "v1")], [None, None, None]),
        (
            &[
                ("TF_BUILD", "True"),
                ("BUILD_SOURCEVERSION", "c6"),
                ("BUILD_SOURCEBRANCH", "refs/heads/b"),
                ("SYSTEM_TEAMFOUNDATIONCOLLECTIONURI", "https://dev.azure.com/o/"),
                ("SYSTEM_TEAMPROJECT", "p"),
                ("BUILD_BUILDID", "7"),
            ],
            [Some("c6"), Some("b"), Some("https://dev.azure.com/o/p/_build/results?buildId=7")],
        ),
        (
            &[
                ("BITBUCKET_BUILD_NUMBER", "7"),
                ("BITBUCKET_COMMIT", "c7"),
                ("BITBUCKET_BRANCH", "b"),
                ("BITBUCKET_GIT_HTTP_ORIGIN", "https://bitbucket.org/o/r"),
            ],
            [Some("c7"), Some("b"), Some("https://bitbucket.org/o/r/pipelines/results/7")],
        ),
    ];

    #[test]
    fn every_service_tells_its_build() {
        for (variables, [version, branch, url]) in CASES {
            let variable = |wanted: &str| {
                let found = variables.iter().find(|(name, _)| *name == wanted);
                found.map(|(_, value)| (*value).to_owned())
            };
            let owned = |text: Option<&str>| text.map(str::to_owned);
            let expected = Found { version: owned(version), branch: owned(branch), url: owned(url) };
            assert_eq!(told(&variable), expected, "{variables:?}");
        }
    }
}
