//! Properties of the scores, and what a person would expect of them.

use super::*;

fn recording(title: &str) -> Recording {
    Recording::new(title, "council/2026-05-12.mp4", Some(5421.0))
}

#[test]
fn a_date_is_found_where_it_is_written() {
    let day = NaiveDate::from_ymd_opt(2026, 5, 12);
    for text in ["2026-05-12", "Council 2026.05.12 (final)", "a/20260512-council.mp4", "1-2026_05_12"] {
        assert_eq!(date(text), day, "{text}");
    }
    for text in ["", "2026-13-12", "12-05-2026", "0026-05-12", "99999999", "2026-5-12", "120260512"] {
        assert_eq!(date(text), None, "{text}");
    }
    assert_eq!(recording("Harbor Council").date, day);
    assert_eq!(recording("Harbor Council 2026-05-13").date, NaiveDate::from_ymd_opt(2026, 5, 13));
}

fn show(id: i32, title: &str, date: &str, seconds: u32) -> StationShow {
    let moment = chrono::DateTime::parse_from_rfc3339(&format!("{date}T19:00:00-05:00")).unwrap();
    StationShow {
        id: archivist_cablecast::ShowId(id),
        location: archivist_cablecast::LocationId(1),
        title: title.to_owned(),
        cg_title: None,
        comments: None,
        project: None,
        event_date: moment,
        last_modified: moment,
        total_run_time: seconds,
        has_captions: false,
        reels: vec![],
        vods: vec![],
    }
}

#[test]
fn only_one_that_is_better_than_all_others_is_sure() {
    let good = show(2, "Harbor Council", "2026-05-12", 5421);
    let poor = show(1, "Planning Board", "2026-05-20", 100);
    let found = suggest(&recording("Harbor Council"), [&poor, &good]);
    assert_eq!(sure(&found).map(|best| best.show.id), Some(2));
    assert!((found[0].score - 1.0).abs() < 1e-9, "{found:?}");
    let twin = show(3, "Harbor Council", "2026-05-12", 5421);
    assert_eq!(sure(&suggest(&recording("Harbor Council"), [&good, &twin])), None);
    let unknown = Recording { title: "Harbor Council".to_owned(), date: None, duration: None };
    assert_eq!(sure(&suggest(&unknown, [&good])), None, "a title alone is not enough");
    assert_eq!(sure(&suggest(&unknown, [])), None);
}

proptest::proptest! {
    #[test]
    fn every_part_is_from_0_to_1_and_does_not_depend_on_the_side(
        a in ".{0,30}", b in ".{0,30}", x in 0.0..1e9f64, y in 0.0..1e9f64, m in 0i32..40_000, n in 0i32..40_000,
    ) {
        let unit = 0.0..=1.0;
        proptest::prop_assert!(unit.contains(&alikeness(&a, &b)));
        proptest::prop_assert!((alikeness(&a, &b) - alikeness(&b, &a)).abs() < 1e-12);
        proptest::prop_assert!(closeness(x, y).is_none_or(|close| unit.contains(&close)));
        proptest::prop_assert_eq!(closeness(x, y), closeness(y, x));
        let day = |days| NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + chrono::Days::new(u64::try_from(days).unwrap());
        proptest::prop_assert!(unit.contains(&nearness(day(m), day(n))));
        proptest::prop_assert!((nearness(day(m), day(n)) - nearness(day(n), day(m))).abs() < 1e-12);
        let found = suggest(&Recording { title: a, date: Some(day(m)), duration: Some(x) }, [&show(1, &b, "2026-05-12", 60)]);
        proptest::prop_assert!(unit.contains(&found[0].score));
    }

    #[test]
    fn the_order_does_not_depend_on_that_of_the_shows(titles in proptest::collection::vec("[a-c]{0,4}", 0..12)) {
        let shows: Vec<_> = (0..).zip(&titles).map(|(id, title)| show(id, title, "2026-05-12", 60)).collect();
        let order = |shows: &mut dyn Iterator<Item = &StationShow>| -> Vec<i32> {
            let shows: Vec<_> = shows.collect();
            suggest(&recording("abc"), shows).into_iter().map(|one| one.show.id).collect()
        };
        proptest::prop_assert_eq!(order(&mut shows.iter()), order(&mut shows.iter().rev()));
    }
}
