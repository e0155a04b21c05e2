//! Whom webhooks may call. Who may write a webhook must not reach, through the broker, what only the broker
//! can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// The default: https by POST, and no host at all.
#[derive(Clone, Debug)]
pub struct Targets {
    pub schemes: Vec<String>,
    pub methods: Vec<String>,
    /// Hosts that may be called where their address is public: names, `*.example.org` for every one below,
    /// `*` for every one.
    pub hosts: Vec<String>,
    /// Hosts that may be called although their address is not public, in the same notation but for `*`.
    pub private_hosts: Vec<String>,
}

impl Default for Targets {
    fn default() -> Self {
        let (schemes, methods) = (vec!["https".to_owned()], vec!["POST".to_owned()]);
        Self { schemes, methods, hosts: Vec::new(), private_hosts: Vec::new() }
    }
}

/// Why an address is not called.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("{0} is not allowed (allowed: {1})")]
    Scheme(String, String),
    #[error("user name and password do not belong here: give them as username and password")]
    Credentials,
    #[error("it names no host")]
    NoHost,
    #[error(
        "host {0} is not on the list of hosts that webhooks may call: the broker takes it with \
         --webhook-host {0}, or every public one with --webhook-host '*'"
    )]
    Host(String),
    #[error("{0} ({1}) is not public: the broker takes it with --webhook-private-host {0} alone")]
    Private(String, IpAddr),
}

impl Targets {
    /// What can be told of an address before its host is looked up.
    pub fn check(&self, url: &Url) -> Result<(), Refused> {
        if !self.schemes.iter().any(|it| it == url.scheme()) {
            return Err(Refused::Scheme(url.scheme().to_owned(), self.schemes.join(", ")));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::Credentials);
        }
        let host = url.host().ok_or(Refused::NoHost)?;
        let name = url.host_str().unwrap_or_default();
        // That an address is private is the better reason: no list of public hosts would help.
        match host {
            Host::Ipv4(address) => self.check_address(name, address.into())?,
            Host::Ipv6(address) => self.check_address(name, address.into())?,
            Host::Domain(_) => {}
        }
        if !matches(&self.hosts, name) && !matches(&self.private_hosts, name) {
            return Err(Refused::Host(name.to_owned()));
        }
        Ok(())
    }

    /// Whether one of the addresses that a host has may be connected to.
    pub fn check_address(&self, host: &str, address: IpAddr) -> Result<(), Refused> {
        if is_public(address) || matches(&self.private_hosts, host) {
            return Ok(());
        }
        Err(Refused::Private(host.to_owned(), address))
    }
}

/// Whether a text can name hosts in [`Targets`]: a name or an address as it stands in a URL, without scheme
/// and port, or `*.` and a name; `*` alone where `every` may be named.
pub fn pattern(text: &str, every: bool) -> Result<(), String> {
    if text == "*" {
        return if every { Ok(()) } else { Err("each host has to be named".to_owned()) };
    }
    let name = text.strip_prefix("*.").unwrap_or(text).trim_end_matches('.');
    let wrong = || Err(format!("{text:?} is no host: give its name alone, or *.example.org for all below"));
    match Host::parse(name) {
        Ok(host) if host.to_string() == name.to_ascii_lowercase() => match host {
            Host::Domain(domain) if domain.contains('*') => wrong(),
            Host::Ipv4(_) | Host::Ipv6(_) if text.starts_with("*.") => wrong(),
            _ => Ok(()),
        },
        _ => wrong(),
    }
}

fn matches(patterns: &[String], host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    patterns.iter().any(|pattern| {
        let pattern = pattern.trim_end_matches('.').to_ascii_lowercase();
        if pattern == "*" {
            return true;
        }
        match pattern.strip_prefix("*.") {
            Some(domain) => host.strip_suffix(domain).is_some_and(|it| it.ends_with('.')),
            None => host == pattern,
        }
    })
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// All but the registry of special-purpose addresses (IANA), and multicast.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b));
    !special
}

/// Only what is given out (`2000::/3`) is public; an address that carries one of IPv4 is as public as that.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let carried = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match parts {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            is_public_v4(carried(high, low))
        }
        [0x2002, high, low, ..] => is_public_v4(carried(high, low)),
        // Teredo, benchmarks, ORCHID, documentation.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(targets: &Targets, url: &str) -> Result<(), Refused> {
        targets.check(&Url::parse(url).unwrap())
    }

    #[test]
    fn what_is_not_public_is_refused_however_it_is_written() {
        let targets = Targets { hosts: vec!["*".to_owned()], ..Targets::default() };
        for host in [
            "127.0.0.1",
            "2130706433",
            "0x7f.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:a9fe:a9fe]",
            "[::7f00:1]",
            "[64:ff9b::10.0.0.1]",
            "[2002:7f00:1::]",
            "[2001:0:1::1]",
            "[fe80::1]",
            "[fc00::1]",
            "[ff02::1]",
        ] {
            let refused = check(&targets, &format!("https://{host}/"));
            assert!(matches!(refused, Err(Refused::Private(..))), "{host}: {refused:?}");
        }
        for host in ["1.1.1.1", "[2606:4700::1111]", "[::ffff:1.1.1.1]", "example.org"] {
            assert_eq!(check(&targets, &format!("https://{host}/")), Ok(()));
        }
    }

    #[test]
    fn a_list_of_hosts_is_the_whole_list() {
        let hosts = vec!["*.example.org".to_owned(), "ci.test".to_owned()];
        let targets = Targets { hosts, ..Targets::default() };
        for allowed in ["https://a.example.org", "https://CI.test/x", "https://a.b.example.org."] {
            assert_eq!(check(&targets, allowed), Ok(()), "{allowed}");
        }
        for refused in ["https://example.org", "https://aexample.org", "https://1.1.1.1"] {
            assert!(matches!(check(&targets, refused), Err(Refused::Host(_))), "{refused}");
        }
        assert!(matches!(check(&targets, "http://ci.test"), Err(Refused::Scheme(..))));
        assert_eq!(check(&targets, "https://me:x@ci.test"), Err(Refused::Credentials));
    }

    #[test]
    fn no_host_is_called_that_nobody_named() {
        for url in ["https://example.org", "https://1.1.1.1", "https://[2606:4700::1111]/"] {
            let refused = check(&Targets::default(), url).unwrap_err();
            assert!(matches!(refused, Refused::Host(_)), "{url}: {refused:?}");
            assert!(refused.to_string().contains("--webhook-host"), "{refused}");
        }
    }

    #[test]
    fn what_names_hosts_is_told_from_what_does_not() {
        for good in ["example.org", "*.example.org", "CI.test.", "127.0.0.1", "[::1]"] {
            assert_eq!(pattern(good, false), Ok(()), "{good}");
        }
        assert_eq!(pattern("*", true), Ok(()));
        for bad in ["*", "", "*.", "https://a.test", "a.test:80", "a.test/x", "ci-*.test", "*.1.1.1.1", "a b"]
        {
            assert!(pattern(bad, false).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_private_host_has_to_be_named() {
        let private_hosts = vec!["127.0.0.1".to_owned(), "ci.internal".to_owned()];
        let targets = Targets { private_hosts, ..Targets::default() };
        assert_eq!(check(&targets, "https://127.0.0.1:8080/"), Ok(()));
        let address = IpAddr::from([10, 0, 0, 1]);
        assert_eq!(targets.check_address("ci.internal", address), Ok(()));
        assert!(targets.check_address("rebound.example.org", address).is_err());
    }
}
