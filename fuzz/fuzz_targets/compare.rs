//! libFuzzer's door to the target `compare`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| countersign_fuzz::compare::run(data));
