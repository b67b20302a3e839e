//! One file a command.

mod generate;

pub(crate) use generate::Generate;
