//! What `countersign.toml` may say, and how what it may not is told.

use std::time::Duration;

use super::*;

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::from_text(Path::new("house/countersign.toml"), text)
}

fn complaint(text: &str) -> String {
    parse(text).expect_err("this must be refused").to_string()
}

#[test]
fn reads_a_provider_that_is_started() {
    let config = parse(
        r#"
        [[provider]]
        name = "orders"
        document = "api/orders.yaml"
        start = ["bin/orders", "--port", "${port}", "--data", "${tmp}/orders.db"]
        env = { ORDERS_KEY = "${env:KEY}" }
        ready = "/health"
        ready_timeout = "1m"
        states = "/_states"
        headers = { X-Team = "shop" }
        jobs = 4
        request_timeout = "500ms"
        "#,
    )
    .unwrap();
    assert_eq!(config.pacts, Path::new("house/pacts"));
    let orders = config.provider("orders").unwrap();
    assert_eq!(orders.document.as_deref(), Some(Path::new("house/api/orders.yaml")));
    assert_eq!(orders.readiness.timeout, Duration::from_mins(1));
    assert_eq!(orders.request_timeout, Some(Duration::from_millis(500)));
    assert_eq!(orders.headers[0].0, "X-Team");
    assert!(!orders.isolated_states);
    let Site::Started(launch) = &orders.site else { panic!("it has a start command") };
    assert_eq!(launch.folder, Path::new("house"));
    let Some(Address::Url(url)) = &launch.address else { panic!("${{port}} gives the address") };
    assert_eq!(url.source(), "http://127.0.0.1:${port}");
}

#[test]
fn names_the_line_and_column_of_what_is_wrong() {
    assert_eq!(
        complaint("[[provider]]\nname = \"a\"\nurl = \"http://a\"\ndocumnet = \"x.yaml\"\n"),
        "house/countersign.toml:4:1: unknown field `documnet`, expected one of `name`, `document`, \
         `asyncapi`, `released`, `publishes`, `allow_remote_refs`, `refs_within`, `max_document`, `build`, `start`, `env`, `address`, `url`, `ready`, `ready_line`, `ready_timeout`, `needs`, `states`, \
         `isolated_states`, `jobs`, `headers`, `celery`, `websocket`, `trigger`, `request_timeout`, \
         `run_timeout`"
    );
    let bad_period = complaint("[[provider]]\nname = \"a\"\nurl = \"http://a\"\nready_timeout = \"soon\"\n");
    assert!(bad_period.starts_with("house/countersign.toml:4:17: "), "{bad_period}");
    assert!(bad_period.contains("\"20s\""), "{bad_period}");
}

#[test]
fn tells_where_a_broken_pattern_or_placeholder_stands() {
    let provider = |line: &str| format!("[[provider]]\nname = \"a\"\n{line}\n");
    for (line, says) in [
        ("start = [\"a\"]\naddress = '(['", "house/countersign.toml:4:11: "),
        ("start = [\"a\", \"${prot}\"]", "unknown placeholder ${prot}"),
        ("start = [\"a\", \"${port\"]", "it has no closing brace"),
        ("start = [\"a\"]", "nothing says where"),
        ("start = []\nurl = \"http://a\"", "`start` is empty"),
        ("url = \"http://a\"\naddress = 'http'", "two answers"),
        ("document = \"a.yaml\"", "nothing says where"),
        ("url = \"http://a\"\njobs = 0", "house/countersign.toml:4:8: "),
        ("url = \"http://a\"\nbuild = [\"make\"]", "without `start`"),
        ("url = \"http://a\"\nheaders = { \"a b\" = \"c\" }", "is no header name"),
    ] {
        let complaint = complaint(&provider(line));
        assert!(complaint.contains(says), "{line}: {complaint}");
        assert!(complaint.starts_with("house/countersign.toml:"), "{complaint}");
    }
}

#[test]
fn refuses_a_name_twice_and_a_name_that_leaves_the_folder() {
    let table = "[[provider]]\nname = \"a\"\nurl = \"http://a\"\n";
    assert!(complaint(&format!("{table}{table}")).contains("two providers with the name \"a\""));
    assert!(complaint("[[provider]]\nname = \"../a\"\nurl = \"http://a\"\n").contains("leave the folder"));
}

#[test]
fn carries_the_way_out() {
    let error = parse("[[provider]]\nname = \"a\"\nstart = [\"a\"]\n").unwrap_err();
    assert!(error.hint().is_some_and(|hint| hint.contains("address")), "{error}");
}

const QUEUE: &str = r#"
[[service]]
name = "redis"
start = ["redis-server", "--port", "${port}"]
url = "redis://127.0.0.1:${port}"
instead = "REDIS_URL"

[[service]]
name = "recordings"
needs = ["redis"]
start = ["states", "${service:redis}"]
address = 'on (http://\S+)'
"#;

#[test]
fn reads_a_worker_that_listens_nowhere_and_what_it_needs() {
    let worker = r#"
        [[provider]]
        name = "queue"
        needs = ["recordings", "redis"]
        start = ["worker", "--redis", "${service:redis}"]
        ready_line = '^ready'
        states = "${service:recordings}/states"
        celery = { redis = "${service:redis}" }
    "#;
    let config = parse(&format!("{QUEUE}{worker}")).unwrap();
    let queue = config.provider("queue").unwrap();
    let Site::Started(launch) = &queue.site else { panic!("it has a start command") };
    assert!(launch.address.is_none());
    assert!(queue.readiness.line.is_some());
    assert_eq!(queue.messages.celery.as_ref().unwrap().queues, ["celery"]);
    let order: Vec<_> = config.services_of(queue).into_iter().map(|it| it.name.as_str()).collect();
    assert_eq!(order, ["redis", "recordings"], "what is needed comes first, whatever is named first");
    assert_eq!(config.services[0].instead.as_deref(), Some("REDIS_URL"));
}

#[test]
fn reads_what_makes_a_provider_send() {
    let provider = r#"
        [[provider]]
        name = "shop"
        url = "http://a"
        websocket = { path = "/ws", protocols = ["shop", "${value:token}"] }

        [[provider.trigger]]
        message = "an order"
        request = { method = "POST", path = "/orders/${value:id}", body = { item = "${value:item}", count = 2, at = 2026-05-12 } }

        [[provider.trigger]]
        message = "a filter"
        send = { event = "filter", items = [1.5, true, "$$"] }

        [[provider.trigger]]
        message = "a reminder"
        command = ["remind", "${value:id}"]
    "#;
    let config = parse(provider).unwrap();
    let messages = &config.provider("shop").unwrap().messages;
    let filling = Filling {
        started: None,
        service: &|_| unreachable!("none is named"),
        variable: &|_| unreachable!("none is named"),
    };
    let mut secrets = crate::secrets::Secrets::default();
    let Action::Request(request) = &messages.triggers[0].action else { panic!("it is a request") };
    let body = request.body.as_ref().unwrap().fill(&filling, &mut secrets).unwrap();
    assert_eq!(body, serde_json::json!({ "item": "${value:item}", "count": 2, "at": "2026-05-12" }));
    let Action::Send(frame) = &messages.triggers[1].action else { panic!("it is a frame") };
    let frame = frame.fill(&filling, &mut secrets).unwrap();
    assert_eq!(frame, serde_json::json!({ "event": "filter", "items": [1.5, true, "$"] }));
    assert!(matches!(&messages.triggers[2].action, Action::Command(argv) if argv.len() == 2));
}

#[test]
fn refuses_services_that_cannot_be_started_in_any_order() {
    let service = |name: &str, needs: &str| {
        format!("[[service]]\nname = \"{name}\"\nstart = [\"a\"]\nurl = \"a://b:1\"\nneeds = [{needs}]\n")
    };
    let circle = [service("a", "\"b\""), service("b", "\"c\""), service("c", "\"b\"")].concat();
    let complaint_of_circle = complaint(&circle);
    assert!(
        complaint_of_circle
            .starts_with("house/countersign.toml:15:10: services need each other in a circle: "),
        "{complaint_of_circle}"
    );
    assert!(complaint_of_circle.ends_with("\"b\" needs \"c\" needs \"b\""), "{complaint_of_circle}");
    assert!(complaint(&service("a", "\"a\"")).contains("\"a\" needs \"a\""));
    assert!(complaint(&service("a", "\"b\"")).contains("there is no service \"b\"; there are: \"a\""));
    let twice = service("a", "").repeat(2);
    assert!(complaint(&twice).contains("two services with the name \"a\""));
    assert!(
        complaint("[[service]]\nname = \"a\"\nstart = [\"a\"]\n").contains("nothing says where the service")
    );
    assert!(complaint("[[service]]\nname = \"a b\"\nstart = [\"a\"]\nurl = \"a://b\"\n").contains("no name"));
}

#[test]
fn tells_where_a_service_is_named_that_is_not_to_be_had() {
    for (line, says) in [
        ("url = \"${service:redis}\"", "house/countersign.toml:15:7: ${service:redis} stands here"),
        (
            "url = \"http://a\"\nstates = \"${service:reddis}/a\"",
            "house/countersign.toml:16:10: there is no service",
        ),
        ("url = \"http://a\"\nneeds = [\"reddis\"]", "house/countersign.toml:16:10: there is no service"),
        ("url = \"http://a\"\ncelery = { redis = \"${service:redis}\" }", "house/countersign.toml:16:20: "),
        ("url = \"${value:id}\"", "no value of a provider state is known"),
        ("url = \"http://a\"\nwebsocket = { path = \"$${value:id}\" }", "would be taken for a value"),
    ] {
        let complaint = complaint(&format!("{QUEUE}[[provider]]\nname = \"a\"\n{line}\n"));
        assert!(complaint.contains(says), "{line}: {complaint}");
    }
}

#[test]
fn refuses_messages_that_could_not_be_replayed() {
    let trigger = |lines: &str| format!("url = \"http://a\"\n[[provider.trigger]]\nmessage = \"m\"\n{lines}");
    let celery = "celery = { redis = \"redis://a\" }";
    for (lines, says) in [
        (trigger(""), "does not say one thing to do"),
        (trigger("command = [\"a\"]\nsend = 1"), "does not say one thing to do"),
        (trigger("command = []"), "`command` is empty"),
        (trigger("request = { method = \"P T\", path = \"/\" }"), "is no method of HTTP"),
        (trigger("send = nan"), "JSON has no number NaN"),
        (trigger("send = [\"${port\"]"), "it has no closing brace"),
        (trigger("send = 1\n[[provider.trigger]]\nmessage = \"m\"\nsend = 2"), "two triggers of \"m\""),
        (format!("{celery}\nwebsocket = {{ path = \"/ws\" }}"), "nothing says where"),
        (format!("{celery}\nready = \"/health\""), "nothing says where"),
        (format!("{celery}\nready_line = 'ready'"), "mean nothing without `start`"),
    ] {
        let complaint = complaint(&format!("[[provider]]\nname = \"a\"\n{lines}\n"));
        assert!(complaint.contains(says), "{lines}: {complaint}");
    }
    assert!(
        parse(&format!("[[provider]]\nname = \"a\"\n{celery}\n")).is_ok(),
        "it runs already, behind a queue"
    );
}

#[test]
fn reads_alerts_whose_secrets_are_not_in_the_file() {
    let good = "[[alert]]\nname = \"studio\"\nto = \"slack\"\nurl = \"${env:SLACK_URL}\"\nseverity = \"warning\"\n\
                [[alert]]\nname = \"log\"\nto = \"file\"\nfile = \"alerts.ndjson\"\n[[alert]]\nname = \"ci\"\nto = \"github\"\n";
    assert_eq!(Config::from_text(Path::new("house/countersign.toml"), good).unwrap().alerts.len(), 3);
    for (text, says) in [
        ("[[alert]]\nname = \"a\"\nto = \"slack\"\nurl = \"https://hooks/T1\"\n", "write there"),
        (
            "[[alert]]\nname = \"a\"\nto = \"webhook\"\nurl = \"http://a\"\nheaders = { X-Key = \"k\" }\n",
            "may hold a secret",
        ),
        ("[[alert]]\nname = \"a\"\nto = \"file\"\nurl = \"http://a\"\n", "takes `file`"),
        ("[[alert]]\nname = \"a\"\nto = \"slack\"\n", "takes `url`"),
        (
            "[[alert]]\nname = \"a\"\nto = \"github\"\n[[alert]]\nname = \"a\"\nto = \"github\"\n",
            "two alerts",
        ),
    ] {
        let told = complaint(text);
        assert!(told.contains(says), "{told}");
    }
}
