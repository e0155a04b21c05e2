//! libFuzzer's door to the target `diff`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| countersign_fuzz::diff::run(data));
