//! What pact_consumer lacks: further matchers, and a collector that writes one deterministic pact file.
