//! libFuzzer's door to the target `exchange`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| countersign_fuzz::exchange::run(data));
