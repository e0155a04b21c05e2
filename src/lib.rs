//! The front door of countersign.
