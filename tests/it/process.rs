//! The binary as a process: exit codes, signals, reload, one instance a state folder.

use crate::{
    paper::{feed_reply, page, page_reply, rss, source},
    support::{Place, equals_truth, files, khabar, signal, wait_until},
};
use khabar::io::clock::Clock;
use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    os::unix::net::UnixDatagram,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::{Duration, SystemTime},
};
use world::{Origin, Plan, Reply, Wire, World};

/// A daemon in a process of its own, with what it says.
struct Running {
    child: Child,
    said: Arc<Mutex<String>>,
    listening: JoinHandle<()>,
}

impl Running {
    /// Starts `khabar run`, and waits until it polls.
    fn start(place: &Place) -> Self {
        let mut command = place.command(&["run"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let (kept, stderr) = (Arc::clone(&said), BufReader::new(child.stderr.take().unwrap()));
        let listening = std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                kept.lock().unwrap().push_str(&(line + "\n"));
            }
        });
        let running = Self { child, said, listening };
        running.hears("\"started\"");
        running
    }

    fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Waits until it says something.
    fn hears(&self, text: &str) {
        wait_until(text, || self.said().contains(text));
    }

    /// Ends it with SIGTERM; gives its exit code, what it said, and how long it took.
    fn stop(mut self) -> (Option<i32>, String, Duration) {
        let clock = Clock::system();
        let start = clock.instant();
        signal(&self.child, "TERM");
        let status = self.child.wait().unwrap();
        let took = clock.instant() - start;
        self.listening.join().unwrap();
        let said = self.said.lock().unwrap().clone();
        (status.code(), said, took)
    }
}

/// An origin with one article behind a feed.
async fn small_paper() -> Origin {
    Origin::start(|request| match request.path.as_str() {
        "/rss" => {
            let link = format!("http://{}/a", request.host);
            feed_reply(&rss(&[("one", "Ferry timetable settled", &link)]))
        }
        "/a" => page_reply(&page("Ferry timetable settled", "the ferry timetable")),
        _ => Reply::new(404, "text/plain", "no"),
    })
    .await
}

/// Every file of a folder with its time of change.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let changed = |path: &PathBuf| std::fs::metadata(path).unwrap().modified().unwrap();
    files(folder).into_iter().map(|path| (path.clone(), changed(&path))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_instance_on_one_state_folder_is_told_so() {
    let origin = small_paper().await;
    let place = Place::new("");
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    let first = Running::start(&place);
    let second = place.khabar(&["run"]);
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(second.status.code(), Some(74), "{said}");
    assert!(said.contains("another khabar works on the state folder"), "{said}");
    assert!(said.contains(&*place.state().to_string_lossy()), "{said}");
    let (code, said, _) = first.stop();
    assert_eq!(code, Some(0), "{said}");
    place.sweep();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_does_not_wait_for_a_server_that_never_answers() {
    let origin = Origin::start(|_| Reply::bare(200).over(Wire::Hang)).await;
    let place = Place::new("[daemon]\nshutdown_secs = 10\n");
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    let running = Running::start(&place);
    wait_until("the feed is asked for", || !origin.log().is_empty());
    let (code, said, took) = running.stop();
    assert_eq!(code, Some(0), "{said}");
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert!(said.contains("SIGTERM") && said.contains("\"stopped\""), "{said}");
    place.sweep();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_in_the_middle_of_work_leaves_all_of_it_in_order() {
    let plan = Plan { hours: 0, sites: 3, articles_at_start: 20, articles_per_hour: 0.0, ..Plan::small() };
    let world = Arc::new(World::new(5, plan));
    let start = world.plan().start;
    let served = world::serve(Arc::clone(&world), move || start).await;
    let place = Place::of_world("[daemon]\nshutdown_secs = 10\n", &world, served.bases());
    for articles in [5, 15, 30] {
        let running = Running::start(&place);
        wait_until("some articles are published", || {
            running.said().contains("\"stopped\"") || files(&place.news().join("articles")).len() > articles
        });
        let (code, said, took) = running.stop();
        assert_eq!(code, Some(0), "{said}");
        assert!(took < Duration::from_secs(10), "{took:?}");
        assert!(said.contains("\"stopped\""), "{said}");
        place.sweep();
    }
    let last = place.khabar(&["run", "--once"]);
    assert_eq!(last.status.code(), Some(0));
    equals_truth(&place.sweep(), &world.truth_at(start, served.bases()));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reload_takes_over_what_is_sound_and_refuses_what_is_not() {
    let (first, second) = (small_paper().await, small_paper().await);
    let place = Place::new(
        "[schedule]\ninterval_secs = 1\nfeed_floor_secs = 1\nlive_floor_secs = 1\nrequests_per_hour = 0\n",
    );
    place.put_source("first.toml", &source("first", &first.url("/rss")));
    let running = Running::start(&place);
    let articles = |source: &str| files(&place.news().join("articles").join(source)).len();
    wait_until("the first source is written", || articles("first") == 2);

    place.put_source("second.toml", &source("second", &second.url("/rss")));
    signal(&running.child, "HUP");
    running.hears("configuration reloaded");
    assert!(running.said().contains("second"), "it says what changed: {}", running.said());
    wait_until("the added source is written", || articles("second") == 2);

    place.put_source("third.toml", "[[source]]\nid = \"third\"\nzone = \"Moon/Sea\"\nplease = 1\n");
    signal(&running.child, "HUP");
    running.hears("new configuration refused");
    let asked = second.log().len();
    wait_until("the old configuration goes on", || second.log().len() >= asked + 2);
    assert_eq!(articles("third"), 0);

    let (code, said, _) = running.stop();
    assert_eq!(code, Some(0), "{said}");
    let swept = place.sweep();
    assert_eq!(swept.articles.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_run_asks_for_doors_only_and_writes_nothing() {
    let plan = Plan { hours: 0, sites: 7, articles_at_start: 4, articles_per_hour: 0.0, ..Plan::small() };
    for validators in [true, false] {
        let world = Arc::new(World::new(6, Plan { validators, ..plan.clone() }));
        let start = world.plan().start;
        let served = world::serve(Arc::clone(&world), move || start).await;
        let place = Place::of_world("", &world, served.bases());
        let first = place.khabar(&["run", "--once", "--json"]);
        assert_eq!(first.status.code(), Some(0), "{}", String::from_utf8_lossy(&first.stderr));
        let before = snapshot(&place.news());
        world.clear_log();
        let second = place.khabar(&["run", "--once", "--json"]);
        assert_eq!(second.status.code(), Some(0));
        // Eight doors: one site has a feed and a section.
        let asked = world.log();
        assert_eq!(asked.len(), 8, "{asked:?}");
        let status = if validators { 304 } else { 200 };
        assert!(asked.iter().all(|asked| asked.status == status), "{asked:?}");
        assert_eq!(snapshot(&place.news()), before);
        let summary: serde_json::Value = serde_json::from_slice(&second.stdout).unwrap();
        assert_eq!(summary["entries"]["published"], 0, "{summary}");
        equals_truth(&place.sweep(), &world.truth_at(start, served.bases()));
        served.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exit_codes_say_what_happened() {
    let well = small_paper().await;
    let ill = Origin::start(|_| Reply::new(500, "text/plain", "no")).await;
    let place = Place::new("");
    place.put_source("ill.toml", &source("ill", &ill.url("/rss")));
    let none_worked = place.khabar(&["run", "--once"]);
    let shown = String::from_utf8_lossy(&none_worked.stdout).into_owned();
    assert_eq!(none_worked.status.code(), Some(69), "{shown}");
    assert!(shown.contains("http/500"), "{shown}");
    place.put_source("well.toml", &source("well", &well.url("/rss")));
    assert_eq!(place.khabar(&["run", "--once"]).status.code(), Some(0));
    assert_eq!(place.khabar(&["check"]).status.code(), Some(0));

    place.put_source("ill.toml", "[[source]]\nid = \"ill\"\nzone = \"Moon/Sea\"\nplease = 1\n");
    place.put_source("well.toml", "[[source]]\nid = \"Not An Id\"\n[[source.feed]]\nurl = \"ftp://x\"\n");
    let faulty = place.khabar(&["check"]);
    let said = String::from_utf8_lossy(&faulty.stderr).into_owned();
    assert_eq!(faulty.status.code(), Some(78), "{said}");
    for word in ["ill.toml", "well.toml", "Moon/Sea", "please", "Not An Id", "ftp://x"] {
        assert!(said.contains(word), "{word} is not told of: {said}");
    }
    for arguments in [["run", "--once"].as_slice(), &["run"]] {
        assert_eq!(place.khabar(arguments).status.code(), Some(78), "a faulty configuration does not run");
    }

    let code = |arguments: &[&str]| khabar().args(arguments).output().unwrap().status.code();
    assert_eq!(code(&["frobnicate"]), Some(64));
    assert_eq!(code(&["run", "--frobnicate"]), Some(64));
    assert_eq!(code(&["stage", "article"]), Some(64));
    assert_eq!(code(&["--help"]), Some(0));
    assert_eq!(code(&["--version"]), Some(0));
}

#[test]
fn a_folder_that_cannot_be_written_is_a_disk_error() {
    let place = Place::new("");
    // A file where the output folder should be.
    crate::support::put(&place.news(), b"in the way");
    place.put_source("paper.toml", &source("paper", "http://127.0.0.1:9/rss"));
    let output = place.khabar(&["run", "--once"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(74), "{said}");
    assert!(said.contains(&*place.news().to_string_lossy()), "{said}");
}

/// Receives what the daemon tells the service manager until it says this, or has been
/// silent for too long.
fn told(manager: &UnixDatagram, wanted: &str) -> String {
    let mut buffer = [0; 4096];
    loop {
        let length = manager.recv(&mut buffer).unwrap_or_else(|error| panic!("waited for {wanted}: {error}"));
        let told = String::from_utf8_lossy(&buffer[..length]).into_owned();
        if told.lines().any(|line| line.starts_with(wanted)) {
            return told;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_manager_is_told_of_start_life_reload_and_stop() {
    let origin = small_paper().await;
    let place = Place::new("");
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    let socket = place.main().with_file_name("notify");
    let manager = UnixDatagram::bind(&socket).unwrap();
    manager.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let mut command = place.command(&["run"]);
    command.env("NOTIFY_SOCKET", &socket).env("WATCHDOG_USEC", "200000");
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    told(&manager, "READY=1");
    told(&manager, "WATCHDOG=1");
    told(&manager, "STATUS=1 doors");
    signal(&child, "HUP");
    told(&manager, "RELOADING=1");
    told(&manager, "READY=1");
    told(&manager, "WATCHDOG=1");
    signal(&child, "TERM");
    told(&manager, "STOPPING=1");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_daemon_with_its_hands_full_gives_signs_of_life() {
    // More hosts than connections, each due again as soon as it has answered, and answers that take a second: some poll
    // comes back all the time, and some door always waits for its turn.
    let settings = "[schedule]\ninterval_secs = 1\nfeed_floor_secs = 1\nlive_floor_secs = 1\n";
    let place = Place::new(&format!("connections_max = 8\n{settings}"));
    let mut origins = Vec::new();
    for at in 0..24 {
        let slow = Origin::start(|_| feed_reply(&rss(&[])).over(Wire::SlowDrip { per_second: 150 })).await;
        place.put_source(&format!("s{at}.toml"), &source(&format!("s{at}"), &slow.url("/rss")));
        origins.push(slow);
    }
    let socket = place.main().with_file_name("notify");
    let manager = UnixDatagram::bind(&socket).unwrap();
    manager.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut command = place.command(&["run"]);
    command.env("NOTIFY_SOCKET", &socket).env("WATCHDOG_USEC", "1000000");
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    told(&manager, "READY=1");
    let asked = || origins.iter().map(|origin| origin.log().len()).sum::<usize>();
    let mut signs = 0;
    while signs < 5 {
        told(&manager, "WATCHDOG=1");
        // The first ones come before all hands are full.
        signs += usize::from(asked() > 16);
    }
    signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn foreign_text_cannot_forge_a_line_of_the_log() {
    // A line break with a line of our own kind after it, a color, an override of the direction of writing.
    let forged = "Calm&#10;{\"level\":\"ERROR\",\"message\":\"forged\"}&#27;[31m&#x202e;red";
    let origin = Origin::start(move |request| {
        let link = format!("http://{}/a?%0a{{\"level\":\"ERROR\"}}", request.host).replace('"', "&quot;");
        match request.path.as_str() {
            "/rss" => feed_reply(&rss(&[
                (forged, forged, &link),
                ("two", forged, "http://[bad"),
                ("three", forged, ""),
            ])),
            "/other" => Reply::redirect(302, "/\u{1b}[31m\u{202e}x"),
            _ => Reply::new(500, "text/plain", "no"),
        }
    })
    .await;
    let place = Place::new("");
    place.put_source("paper.toml", &source("paper", &origin.url("/rss")));
    place.put_source("other.toml", &source("other", &origin.url("/other")));
    let output = place.command(&["run", "--once"]).env("KHABAR_LOG", "khabar=trace").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let (out, log) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    let odd =
        |letter: char| letter.is_control() && letter != '\n' || ('\u{202a}'..='\u{202e}').contains(&letter);
    assert!(!log.contains(odd) && !out.contains(odd), "{log}{out}");
    let mut lines = 0;
    for line in log.lines() {
        let line: serde_json::Value =
            serde_json::from_str(line).unwrap_or_else(|_| panic!("not ours: {line}"));
        assert!(line["message"] != "forged" && line["timestamp"].is_string(), "{line}");
        lines += 1;
    }
    assert!(lines > 5, "{log}");
    place.sweep();
}
