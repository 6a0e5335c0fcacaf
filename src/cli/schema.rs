//! `khabar schema`: the JSON Schema of the article files, for programs that read them.

use super::{console, exit};
use crate::judges::render;

pub(super) fn run() -> u8 {
    console::line(render::schema().trim_end());
    exit::OK
}
