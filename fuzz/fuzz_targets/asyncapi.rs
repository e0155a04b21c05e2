//! libFuzzer's door to the target `asyncapi`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| countersign_fuzz::asyncapi::run(data));
