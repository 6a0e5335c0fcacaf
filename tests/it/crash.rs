//! kill -9 at every named step of publishing and at random instants: nothing lost, nothing doubled, nothing in part.
//!
//! The world stands still while khabar is killed, so that what must be there in the end is known. The clock of the
//! world is then set past an edit of each article, and the same happens again to the revisions.

use crate::support::{Place, equals_truth, files};
use khabar::io::publish::Step;
use std::{
    io::Read as _,
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::{Command, ExitStatus, Stdio},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::Duration,
};
use world::{FeedKind, Plan, Served, World};

/// The main file of the configuration that [`child`] works with.
const MAIN: &str = "KHABAR_CRASH_MAIN";
/// The number of the step at which it ends itself.
const STEP: &str = "KHABAR_CRASH_STEP";
/// At which occurrence of the step.
const AT: &str = "KHABAR_CRASH_AT";

/// The step and the occurrence at which this process ends itself.
static WHERE: OnceLock<(Step, usize)> = OnceLock::new();
/// Occurrences so far.
static SO_FAR: AtomicUsize = AtomicUsize::new(0);

/// The entry point of the processes that are killed: this binary runs itself with this test alone, and what is above
/// in its environment. Without that it has nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Some(main) = std::env::var_os(MAIN) else { return };
    let number = |name| std::env::var(name).unwrap().parse::<usize>().unwrap();
    WHERE.set((Step::ALL[number(STEP)], number(AT))).unwrap();
    let place = Place::at(Path::new(&main));
    let (_orders, setup) = place.setup(|step| {
        let (last, at) = WHERE.get().unwrap();
        if step == *last && SO_FAR.fetch_add(1, Ordering::SeqCst) + 1 == *at {
            kill_this_process();
        }
    });
    khabar::daemon::run_once(setup, |_| {}).await.unwrap();
}

/// SIGKILL, from which no code runs any more. The thread that publishes waits here for it.
fn kill_this_process() -> ! {
    let pid = std::process::id().to_string();
    Command::new("kill").args(["-s", "KILL", &pid]).status().unwrap();
    loop {
        std::thread::park();
    }
}

/// Four sites that stand still: nothing is published after the start, and each article is edited once or twice later.
fn plan() -> Plan {
    Plan {
        hours: 3,
        sites: 4,
        articles_at_start: 10,
        articles_per_hour: 0.0,
        share_edited: 1.0,
        share_moved: 0.0,
        share_deleted: 0.0,
        share_copied: 0.2,
        edit_after_secs: (60, 3600),
        ..Plan::small()
    }
}

/// A world over HTTP whose time is what the test says.
struct Stage {
    world: Arc<World>,
    served: Served,
    time: Arc<AtomicI64>,
}

impl Stage {
    async fn new(seed: u64) -> Self {
        let world = Arc::new(World::new(seed, plan()));
        let time = Arc::new(AtomicI64::new(world.plan().start.as_second()));
        let shown = Arc::clone(&time);
        let now = move || jiff::Timestamp::from_second(shown.load(Ordering::SeqCst)).unwrap();
        let served = world::serve(Arc::clone(&world), now).await;
        Self { world, served, time }
    }

    fn place(&self) -> Place {
        self.at_start();
        Place::of_world("", &self.world, self.served.bases())
    }

    fn at_start(&self) {
        self.time.store(self.world.plan().start.as_second(), Ordering::SeqCst);
    }

    /// After all edits.
    fn at_end(&self) {
        let hours = i64::from(self.world.plan().hours) + 1;
        self.time.store(self.world.plan().start.as_second() + hours * 3600, Ordering::SeqCst);
    }

    /// Lets khabar finish undisturbed, and sees that all is as its editors wrote it. `edited`: the articles are
    /// compared with their newest texts where the feed tells that there is one.
    fn prove(&self, place: &Place, edited: bool) {
        let output = place.khabar(&["run", "--once"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let swept = place.sweep();
        let now = jiff::Timestamp::from_second(self.time.load(Ordering::SeqCst)).unwrap();
        let mut truth = self.world.truth_at(now, self.served.bases());
        let count = swept.articles.len();
        assert_eq!(count, truth.len(), "articles");
        if edited {
            // RSS does not tell of an edit that leaves headline and lede alone.
            truth.retain(|article| self.world.sites()[article.site].feed != FeedKind::Rss);
            let mut swept = swept;
            let ids: Vec<&str> = truth.iter().map(|article| article.site_id.as_str()).collect();
            swept.articles.retain(|_, article| ids.contains(&article.source.as_deref().unwrap()));
            assert!(
                swept.articles.values().all(|article| article.revision == 2),
                "each was edited between two looks"
            );
            equals_truth(&swept, &truth);
        } else {
            assert!(swept.articles.values().all(|article| article.revision == 1));
            equals_truth(&swept, &truth);
        }
    }
}

/// Whether a process was killed; otherwise it must have ended well.
fn was_killed(status: ExitStatus, said: &str) -> bool {
    let killed = status.signal() == Some(9);
    assert!(killed || status.success(), "{status}: {said}");
    killed
}

/// Runs khabar in a process of its own that ends itself at the `at`-th occurrence of a step. `false` when it came to
/// its end before.
pub(crate) fn killed_at(place: &Place, step: usize, at: usize) -> bool {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "crash::child", "--nocapture", "--test-threads", "1"]);
    command.env(MAIN, place.main()).env(STEP, step.to_string()).env(AT, at.to_string());
    let output = command.stdin(Stdio::null()).output().unwrap();
    was_killed(output.status, &String::from_utf8_lossy(&output.stdout))
}

/// Kills at each step, at least.
const KILLS_A_STEP: usize = 18;
/// Kills in one place, at most: as many for new articles as for revisions.
const KILLS_EACH: usize = 10;

/// Kills at a step in a new place, until all is written, and proves the place.
fn kills_in_a_place(stage: &Stage, step: usize) -> usize {
    let place = stage.place();
    let mut kills = 0;
    for edited in [false, true] {
        if edited {
            stage.at_end();
        }
        // The first occurrence makes no headway at an early step, the second does.
        let instants = [1, 2, 1, 3].into_iter().cycle().take(KILLS_EACH);
        kills += instants.take_while(|at| killed_at(&place, step, *at)).count();
        stage.prove(&place, edited);
    }
    kills
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_every_step_of_publishing_it_loses_doubles_and_halves_nothing() {
    let stage = Stage::new(11).await;
    let mut kills = 0;
    for (number, step) in Step::ALL.iter().enumerate() {
        let (before, mut places) = (kills, 0);
        // How many batches a run makes is its own affair, so a place may be whole before it was killed often enough.
        while kills - before < KILLS_A_STEP {
            places += 1;
            assert!(places <= KILLS_A_STEP, "{step:?} is never reached: {} kills", kills - before);
            kills += kills_in_a_place(&stage, number);
        }
    }
    println!("{kills} kills at the {} named steps of publishing", Step::ALL.len());
    stage.served.stop().await;
}

/// Kills of the real binary.
const KILLS_AT_RANDOM: usize = 80;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_instants_the_binary_loses_doubles_and_halves_nothing() {
    let stage = Stage::new(12).await;
    let (mut place, mut edited) = (stage.place(), false);
    let (mut kills, mut in_the_middle, mut tries, mut seed) = (0, 0, 0, 0x5eed_u64);
    while kills < KILLS_AT_RANDOM {
        tries += 1;
        assert!(tries < 8 * KILLS_AT_RANDOM, "khabar ends before it can be killed: {kills} kills");
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let after = Duration::from_millis(20 + (seed >> 33) % 130);
        // Every fourth is the daemon that goes on, the others poll at once.
        let arguments: &[&str] = if tries % 4 == 0 { &["run"] } else { &["run", "--once"] };
        let mut command = place.command(arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        // This sleep waits for nothing: it is the instant of the kill.
        std::thread::sleep(after);
        child.kill().unwrap();
        let status = child.wait().unwrap();
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        in_the_middle += usize::from(said.contains("a crash had cut off"));
        if was_killed(status, &said) {
            kills += 1;
            in_the_middle += usize::from(!files(&place.news().join(".tmp")).is_empty());
        } else {
            stage.prove(&place, edited);
            if edited {
                place = stage.place();
            } else {
                stage.at_end();
            }
            edited = !edited;
        }
    }
    stage.prove(&place, edited);
    println!("{kills} kills at random instants, {in_the_middle} of them seen in the middle of publishing");
    stage.served.stop().await;
}
