//! A minute of khabar without a network: `cargo run --release --example demo`.
//!
//! Starts the simulated news world on loopback, points the real daemon at it through ordinary configuration
//! files, and stops after a minute (`KHABAR_DEMO_SECS` changes that). Everything it made stays in
//! `./khabar-demo` to be looked at; a second start makes it anew.
#![expect(clippy::print_stdout, reason = "it is there to be read")]
#![expect(
    clippy::disallowed_methods,
    reason = "an example: it reads the clock, spawns a task and writes its files"
)]

use khabar::{
    config,
    daemon::{self, Control, Setup, Summary},
    io::{
        clock::Clock,
        fetch::{Fetch, Http},
        observe::Observer,
    },
    judges::render,
    model::{Article, Outcome},
};
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::sync::mpsc;
use tracing_subscriber::EnvFilter;
use world::{Plan, World};

const FOLDER: &str = "khabar-demo";
const SEED: u64 = 7;
/// The desks of the world are lively: each is polled every few seconds, which no real one would like.
const FLOOR_SECS: u32 = 4;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let secs = std::env::var("KHABAR_DEMO_SECS").ok().and_then(|secs| secs.parse().ok()).unwrap_or(60);
    let folder = PathBuf::from(FOLDER);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    tracing_subscriber::fmt().with_target(false).with_env_filter(EnvFilter::new("info")).init();

    let now = Clock::system().now();
    let world = Arc::new(World::new(SEED, Plan::demo().starting_at(now)));
    let served = world::serve(Arc::clone(&world), || Clock::system().now()).await;
    let main_file = write_configuration(&folder, &world.sources_toml(served.bases()))?;
    println!(
        "A news world of {} sites runs on 127.0.0.1 for {secs} seconds; khabar reads it.",
        served.bases().len()
    );
    println!("Its configuration is in {}.\n", main_file.parent().unwrap_or(&folder).display());

    let summary = poll(main_file, Duration::from_secs(secs)).await?;
    served.stop().await;
    report(&folder, &summary);
    Ok(())
}

/// The same files that an operator writes.
fn write_configuration(folder: &Path, sources: &[(String, String)]) -> Result<PathBuf, std::io::Error> {
    let config = folder.join("config");
    fs::create_dir_all(config.join("sources.d"))?;
    let main_file = config.join("khabar.toml");
    let settings = format!(
        "[output]\ndir = \"{FOLDER}/news\"\n\n[state]\ndir = \"{FOLDER}/state\"\n\n\
         [fetch]\ncontact = \"mailto:demo@example.org\"\nhost_gap_ms = 20\n"
    );
    fs::write(&main_file, settings)?;
    for (name, source) in sources {
        let source = source.replacen("[[source]]\n", &format!("[[source]]\nfloor_secs = {FLOOR_SECS}\n"), 1);
        fs::write(config.join("sources.d").join(name), source)?;
    }
    Ok(main_file)
}

async fn poll(main_file: PathBuf, time: Duration) -> Result<Summary, Box<dyn Error>> {
    let config = config::load(&main_file)
        .map_err(|faults| faults.iter().map(|fault| format!("{fault}\n")).collect::<Vec<_>>().concat())?;
    let (orders, control) = mpsc::channel(1);
    let clock = Clock::system();
    let for_fetch = clock.clone();
    let setup = Setup {
        config,
        load: Arc::new(move || config::load(&main_file)),
        fetch: Arc::new(move |options| {
            Ok(Arc::new(Http::new(options.clone(), for_fetch.clone())?) as Arc<dyn Fetch>)
        }),
        clock,
        observer: Arc::new(Observer::default()),
        probe: |_step| {},
        control,
    };
    let timer = tokio::spawn(async move {
        tokio::time::sleep(time).await;
        orders.send(Control::Stop("the demo is over".to_owned())).await
    });
    let summary = daemon::run(setup).await?;
    timer.await??;
    Ok(summary)
}

/// Says what came of it and where to look.
fn report(folder: &Path, summary: &Summary) {
    let total = summary.total();
    println!("\n{} polls. Every entry seen came to one end:", summary.polls());
    for outcome in Outcome::ALL {
        println!("  {:<12}{:>6}", outcome.name(), total.ended(outcome));
    }
    let articles = articles(&folder.join("news/articles"));
    let copy = articles.iter().find(|(_, article)| article.duplicate.is_some());
    let edited = articles.iter().find(|(_, article)| article.revision > 1);
    println!("\n{} articles. What to look at:", articles.len());
    if let Some((path, _)) = articles.first() {
        println!("  an article for people      less {}", path.with_extension("md").display());
        println!("  the same for programs      less {}", path.display());
    }
    if let Some((path, article)) = copy {
        let of = article.duplicate.as_ref().map(|duplicate| duplicate.of.as_str()).unwrap_or_default();
        println!("  a syndicated copy of {of}\n                             less {}", path.display());
    }
    if let Some((path, article)) = edited {
        let before = folder.join(format!("news/revisions/{}/{}.json", article.id, article.revision - 1));
        println!("  an edit, before and after  diff {} {}", before.display(), path.display());
    }
    println!("  every event, in order      less {}/news/log/*.ndjson", folder.display());
    println!("  a source's configuration   less {}/config/sources.d/*.toml", folder.display());
}

/// All articles of the tree.
fn articles(folder: &Path) -> Vec<(PathBuf, Article)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                let article = fs::read(&path).ok().and_then(|bytes| render::article_of_json(&bytes));
                found.extend(article.map(|article| (path, article)));
            }
        }
    }
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    found
}
