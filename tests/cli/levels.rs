//! What a team makes of rules: `[rules]` changes what they weigh, and `[[accept]]` accepts findings until a day
//! and for a reason. For `diff` and for `drift`, by the same file.

use chrono::{Days, Local, NaiveDate};
use serde_json::{Value, json};

use crate::scene::{Scene, Told, greetings, provider};

const BREAKING: &str = "response-required-property-removed";
const WARNING: &str = "response-optional-property-removed";
const VERBS: [&[&str]; 2] = [&["diff", "released/greeter-1.0.0.yaml", "greeter.yaml"], &["drift"]];

/// A greeter that greets no more, and lost its mood, and a configuration that says `lines` about that.
fn scene(lines: &str) -> Scene {
    let scene = Scene::new();
    let place = "document = \"greeter.yaml\"\nreleased = \"released\"\nstart = [\"greeter\"]\nurl = \"http://127.0.0.1:1\"";
    scene.write("countersign.toml", &[provider("greeter", place), lines.to_owned()].concat());
    let text = json!({ "type": "string" });
    let properties = json!({ "greeting": text, "mood": text });
    let released = json!({ "type": "object", "required": ["greeting"], "properties": properties });
    scene.write("released/greeter-1.0.0.yaml", &greetings(&released));
    scene.write("greeter.yaml", &greetings(&json!({ "type": "object" })));
    scene.write("pacts/.keep", "");
    scene
}

fn accept(rule: &str, until: NaiveDate, further: &str) -> String {
    format!("\n[[accept]]\nrule = {rule:?}\nuntil = {until}\nreason = \"nobody reads it\"\n{further}\n")
}

/// A day that has not passed, also where midnight does while the test runs.
fn tomorrow() -> NaiveDate {
    Local::now().date_naive() + Days::new(1)
}

fn yesterday() -> NaiveDate {
    Local::now().date_naive() - Days::new(1)
}

/// Both verbs by one configuration: how each ends, and the findings of its report.
fn both(lines: &str) -> [(i32, Vec<Value>); 2] {
    let scene = scene(lines);
    VERBS.map(|verb| {
        let (report, told) = scene.json(verb);
        (told.code.unwrap(), report["findings"].as_array().unwrap().clone())
    })
}

fn of<'f>(id: &str, findings: &'f [Value]) -> Option<&'f Value> {
    findings.iter().find(|it| it["id"] == id)
}

#[test]
fn a_rule_weighs_what_the_team_says() {
    for (code, findings) in both("") {
        assert_eq!((code, &of(BREAKING, &findings).unwrap()["severity"]), (1, &json!("error")));
        assert_eq!(of(WARNING, &findings).unwrap()["severity"], "warning");
    }
    let lighter = format!("\n[rules]\n{BREAKING} = \"info\"\n{WARNING} = \"off\"\n");
    for (code, findings) in both(&lighter) {
        assert_eq!((code, &of(BREAKING, &findings).unwrap()["severity"]), (0, &json!("info")));
        assert_eq!(of(WARNING, &findings), None);
    }
    let heavier = format!("\n[rules]\n{BREAKING} = \"off\"\n{WARNING} = \"error\"\n");
    for (code, findings) in both(&heavier) {
        assert_eq!((code, &of(WARNING, &findings).unwrap()["severity"]), (1, &json!("error")));
        assert_eq!(of(BREAKING, &findings), None);
    }
}

#[test]
fn what_is_accepted_does_not_count_until_its_day_has_passed() {
    let until = tomorrow();
    for (code, findings) in both(&accept(BREAKING, until, "operation = \"GET /greetings/{name}\"")) {
        let known = &of(BREAKING, &findings).unwrap()["accepted"];
        let by = known["by"].as_str().unwrap();
        assert!(by.ends_with("countersign.toml"), "{by}");
        assert_eq!(
            (&known["reason"], &known["until"]),
            (&json!("nobody reads it"), &json!(until.to_string()))
        );
        assert_eq!(
            (code, of("acceptance.expired", &findings), of("acceptance.unused", &findings)),
            (0, None, None)
        );
    }
    for (code, findings) in both(&accept(BREAKING, yesterday(), "")) {
        assert_eq!((code, &of(BREAKING, &findings).unwrap()["accepted"]), (1, &Value::Null));
        let expired = of("acceptance.expired", &findings).unwrap();
        assert_eq!(expired["severity"], "warning");
        assert!(
            expired["message"].as_str().unwrap().contains("(nobody reads it): its day has passed"),
            "{expired}"
        );
    }
}

#[test]
fn an_acceptance_that_nothing_falls_under_is_a_finding() {
    let elsewhere = [
        "operation = \"DELETE /greetings/{name}\"",
        "place = \"response/200/body (application/json)/nothing\"",
    ];
    for further in elsewhere {
        for (code, findings) in both(&accept(BREAKING, tomorrow(), further)) {
            assert_eq!((code, &of(BREAKING, &findings).unwrap()["accepted"]), (1, &Value::Null), "{further}");
            let unused = of("acceptance.unused", &findings).unwrap();
            assert_eq!((&unused["subject"], &unused["severity"]), (&json!(BREAKING), &json!("warning")));
            assert_eq!(unused["hint"], "take it out of countersign.toml");
        }
    }
}

#[test]
fn what_is_out_of_sight_may_still_be_accepted() {
    // It is the id of an exchange, and none is judged.
    for (_, findings) in both(&accept("response.body.incompatible", tomorrow(), "")) {
        assert_eq!(of("acceptance.unused", &findings), None);
    }
    let scene = scene(&accept("endpoint-added", tomorrow(), "provider = \"greeter\""));
    let unnamed = scene.json(VERBS[0]).0;
    assert_eq!(of("acceptance.unused", unnamed["findings"].as_array().unwrap()), None, "{unnamed:#}");
    let named = scene.json(&[VERBS[0], &["--provider", "greeter"]].concat()).0;
    assert!(of("acceptance.unused", named["findings"].as_array().unwrap()).is_some(), "{named:#}");
}

#[test]
fn people_read_until_when_and_why() {
    let until = tomorrow();
    let scene = scene(&[accept(BREAKING, until, ""), accept(WARNING, yesterday(), "")].concat());
    for verb in VERBS {
        scene
            .run(verb)
            .ended_with(0)
            .says(&format!("by countersign.toml until {until}: nobody reads it"))
            .says("hint: mend what it accepts, or decide anew and give it another day");
        scene.run(&[verb, &["--format", "markdown"]].concat()).says("acceptance.expired").says("## Accepted");
    }
}

#[test]
fn a_slip_of_the_pen_is_told_and_accepts_nothing() {
    let told = |lines: &str| -> [Told; 2] {
        let scene = scene(lines);
        VERBS.map(|verb| scene.run(verb))
    };
    let wrong = [
        (
            "\n[rules]\nresponse-property-gone = \"error\"\n".to_owned(),
            "there is no rule \"response-property-gone\"",
        ),
        (accept("response-property-gone", tomorrow(), ""), "there is no rule \"response-property-gone\""),
        (format!("\n[rules]\n{WARNING} = \"fatal\"\n"), "fatal"),
        (accept(WARNING, tomorrow(), "").replace("nobody reads it", " "), "an acceptance has no reason"),
        (accept(WARNING, tomorrow(), "").replace("reason", "# reason"), "missing field `reason`"),
        (accept(WARNING, tomorrow(), "").replace("until", "# until"), "missing field `until`"),
        (accept(WARNING, tomorrow(), "provider = \"greter\""), "there is no provider \"greter\""),
    ];
    for (lines, why) in wrong {
        for told in told(&lines) {
            told.ended_with(2).says(why).says("countersign.toml");
        }
    }
}
