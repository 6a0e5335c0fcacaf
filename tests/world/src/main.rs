//! Serves a small news world for khabar run by hand: `cargo run -p world -- FOLDER`.
//!
//! Writes its configuration to `FOLDER/config`, says so, and serves until standard input is closed or ten
//! minutes are over.
#![expect(clippy::print_stdout, reason = "it is there to be read")]
#![expect(clippy::disallowed_methods, reason = "test-only: it reads the clock and writes its files")]

use std::{error::Error, fs, path::PathBuf, sync::Arc, time::Duration};

use world::{Plan, World};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("usage: world FOLDER")?);
    let world = Arc::new(World::new(11, Plan { hours: 0, ..Plan::small() }));
    let start = world.plan().start;
    // The world stands still: it is always the same instant there.
    let served = world::serve(Arc::clone(&world), move || start).await;
    let sources = folder.join("config/sources.d");
    fs::create_dir_all(&sources)?;
    for (name, source) in world.sources_toml(served.bases()) {
        fs::write(sources.join(name), source)?;
    }
    let settings = "[fetch]\ncontact = \"mailto:world@example.org\"\nhost_gap_ms = 0\n";
    fs::write(folder.join("config/khabar.toml"), settings)?;
    println!("{} articles", world.truth(start).len());
    let closed = tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    tokio::time::timeout(Duration::from_mins(10), closed).await???;
    served.stop().await;
    Ok(())
}
