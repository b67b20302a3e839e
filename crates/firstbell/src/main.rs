//! Firstbell.
fn main() {}
