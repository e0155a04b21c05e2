//! libFuzzer's door to the target `document`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| countersign_fuzz::document::run(data));
