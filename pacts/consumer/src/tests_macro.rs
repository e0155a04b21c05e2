//! The list of a relation's pact tests, from which the `#[test]`s and the pact are made.

/// Lists the pact tests of one relation: see the [crate's documentation](crate).
///
/// The folder is read from the crate's own folder. Tests may stand in modules beside the list:
/// `tests: [shows::{a_show_that_exists, no_such_show}, vods::{a_vod_that_exists}]`.
#[macro_export]
macro_rules! pact_tests {
    (
        pact: $consumer:literal => $provider:literal, folder: $folder:literal;
        tests: [$($module:ident :: { $($test:ident),+ $(,)? }),+ $(,)?]
    ) => {
        /// Each test by itself.
        mod interactions {
            $(
                mod $module {
                    $(
                        #[test]
                        fn $test() {
                            $crate::run_alone(
                                &super::super::pact_names(),
                                &$crate::NamedTest {
                                    name: concat!(stringify!($module), "::", stringify!($test)),
                                    run: |pact| Box::pin(super::super::$module::$test(pact)),
                                },
                            );
                        }
                    )+
                }
            )+
        }
        $crate::pact_tests!(@collect $consumer, $provider, $folder, [
            $($(concat!(stringify!($module), "::", stringify!($test)) => $module::$test,)+)+
        ]);
    };
    (
        pact: $consumer:literal => $provider:literal, folder: $folder:literal;
        tests: [$($test:ident),+ $(,)?]
    ) => {
        /// Each test by itself.
        mod interactions {
            $(
                #[test]
                fn $test() {
                    $crate::run_alone(
                        &super::pact_names(),
                        &$crate::NamedTest {
                            name: stringify!($test),
                            run: |pact| Box::pin(super::$test(pact)),
                        },
                    );
                }
            )+
        }
        $crate::pact_tests!(@collect $consumer, $provider, $folder, [
            $(stringify!($test) => $test,)+
        ]);
    };
    (@collect $consumer:literal, $provider:literal, $folder:literal, [$($name:expr => $test:path,)+]) => {
        fn pact_names() -> $crate::PactNames {
            $crate::PactNames::new($consumer, $provider)
                .unwrap_or_else(|refused| panic!("failed to {refused}"))
        }

        #[test]
        fn committed_pact_is_what_these_tests_generate() {
            let folder = ::std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join($folder);
            let tests = [$($crate::NamedTest { name: $name, run: |pact| Box::pin($test(pact)) },)+];
            let suite = $crate::Suite::new(pact_names(), folder, &tests);
            if let Err(stale) = suite.check($crate::OnDifference::from_environment()) {
                panic!("failed to {stale}");
            }
        }
    };
}
