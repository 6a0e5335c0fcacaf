//! robots.txt as sites write it: one `check`, and the cases as data.

use super::{BYTES_MAX, DELAY_MAX, RULES_MAX, Robots, read};
use std::time::Duration;
use url::Url;

fn allows(robots: &Robots, path: &str) -> bool {
    robots.allows(&Url::parse(&format!("https://paper.example{path}")).unwrap())
}

/// Checks what a file allows (`+`) and disallows (`-`): paths with that sign before them.
#[track_caller]
fn check(file: impl AsRef<[u8]>, paths: &[&str]) {
    let robots = read(file.as_ref(), "khabar");
    for signed in paths {
        let (sign, path) = signed.split_at(1);
        assert_eq!(allows(&robots, path), sign == "+", "{signed}");
    }
}

#[test]
fn groups_are_chosen_by_the_product_token() {
    let cases: [(&str, &[&str]); 19] = [
        ("User-agent: *\nDisallow: /a", &["-/a", "-/ab", "+/b"]),
        ("User-agent: khabar\nDisallow: /a\nUser-agent: *\nDisallow: /b", &["-/a", "+/b"]),
        ("User-agent: *\nDisallow: /b\nUser-agent: khabar\nDisallow: /a", &["-/a", "+/b"]),
        ("user-AGENT: KhaBar\ndisALLOW: /a", &["-/a"]),
        ("User-agent: khabar/1.0\nDisallow: /a", &["-/a"]),
        ("User-agent: khabar (news)\nDisallow: /a", &["-/a"]),
        ("User-agent: khabar-images\nDisallow: /a", &["+/a"]),
        ("User-agent: khabarbot\nDisallow: /a", &["+/a"]),
        ("User-agent: khabar2\nDisallow: /a", &["+/a"]),
        ("User-agent: kha\nDisallow: /a", &["+/a"]),
        ("User-agent: other\nDisallow: /", &["+/a"]),
        ("User-agent: other\nUser-agent: khabar\nUser-agent: third\nDisallow: /a", &["-/a"]),
        ("User-agent: khabar\n\n\nUser-agent: other\n\nDisallow: /a", &["-/a"]),
        (
            "User-agent: khabar\nDisallow: /a\nUser-agent: x\nDisallow: /x\nUser-agent: Khabar\nDisallow: /b",
            &["-/a", "-/b", "+/x"],
        ),
        (
            "User-agent: *\nDisallow: /a\nUser-agent: x\nDisallow: /x\nUser-agent: *\nDisallow: /b",
            &["-/a", "-/b", "+/x"],
        ),
        ("User-agent: khabar\nDisallow:\nUser-agent: *\nDisallow: /", &["+/a"]),
        ("User-agent: khabar\nSitemap: https://x.example/s\nUser-agent: *\nDisallow: /a", &["-/a"]),
        ("Disallow: /\nUser-agent: khabar\nDisallow: /a", &["-/a", "+/b"]),
        ("User-agent: *bot\nDisallow: /\nUser-agent: * all\nDisallow: /a", &["-/a", "+/b"]),
    ];
    for (file, paths) in cases {
        check(file, paths);
    }
}

#[test]
fn lines_come_in_every_form() {
    let cases: [(&[u8], &[&str]); 14] = [
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /a", &["-/a"]),
        (b"User-agent: *\rDisallow: /a\rDisallow: /b", &["-/a", "-/b", "+/c"]),
        (b"User-agent: *\r\nDisallow: /a\r\nDisallow: /b\r\n", &["-/a", "-/b", "+/c"]),
        (b"# all\nUser-agent: * # everyone\nDisallow: /a # no\n#Disallow: /b", &["-/a", "+/b"]),
        (b"User-agent *\nDisallow /a", &["-/a", "+/b"]),
        (b"Useragent: *\nDissallow: /a", &["-/a"]),
        (b"  User-agent :\t*  \n\tDisallow\t:   /a\t ", &["-/a"]),
        (b"User-agent:*\nDisallow:/a", &["-/a"]),
        (b"User-agent: *\nDisallow: /a\0Disallow: /b", &["-/a", "-/b"]),
        (b"User-agent: *\nDisallow\nDisallow: /a\nnonsense\n:\n: /b\n", &["-/a", "+/b"]),
        (b"User-agent: *\nDisallow: /\xff\xfe", &["-/%FF%FE", "+/a"]),
        (b"\x7fELF\x02\x01\0\0\xff\xfe: *\n\x80\x81: /\n", &["+/a"]),
        (b"<!DOCTYPE html>\n<pre>\nUser-agent: *\nDisallow: /\n</pre>", &["+/a"]),
        (b"", &["+/a", "+/"]),
    ];
    for (file, paths) in cases {
        check(file, paths);
    }
}

#[test]
fn the_longest_match_decides() {
    let cases: [(&str, &[&str]); 15] = [
        ("Disallow: /a\nAllow: /a/b", &["-/a", "-/a/c", "+/a/b", "+/a/b/c"]),
        ("Allow: /a/b\nDisallow: /a", &["-/a", "+/a/b"]),
        ("Disallow: /a\nAllow: /a", &["+/a"]),
        ("Allow: /a\nDisallow: /a", &["+/a"]),
        ("Allow: /\nDisallow: /a", &["-/a", "+/b"]),
        ("Disallow: /\nAllow: /$", &["+/", "-/a"]),
        ("Disallow: /*.gif$", &["-/a.gif", "-/b/a.gif", "+/a.gif?x", "+/a.gifs"]),
        ("Disallow: /*/print", &["-/a/print", "-/a/b/print/c", "+/print"]),
        ("Disallow: *.php", &["-/a.php", "-/b/a.php?x=1", "+/a.html"]),
        ("Disallow: /a*b*c$", &["-/abc", "-/axbxc", "-/abcc", "+/abcd", "+/acb"]),
        ("Disallow: /a$b", &["-/a$b", "+/a"]),
        ("Disallow: /**", &["-/", "-/a"]),
        ("Disallow: a", &["-/a", "+/b"]),
        ("Disallow: /*?", &["-/a?b", "+/a"]),
        ("Disallow: /", &["-/", "-/a", "+/robots.txt", "-/robots.txt.bak"]),
    ];
    for (rules, paths) in cases {
        check(format!("User-agent: *\n{rules}"), paths);
    }
}

#[test]
fn escapes_are_compared_by_their_meaning() {
    let cases: [(&str, &[&str]); 15] = [
        ("/a%3cd", &["-/a<d", "-/a%3Cd", "-/a%3cd", "+/a"]),
        ("/a<d", &["-/a<d", "-/a%3Cd"]),
        ("/a%7Cb", &["-/a|b", "-/a%7cb"]),
        ("/%7Euser", &["-/~user", "-/%7euser"]),
        ("/~user", &["-/%7Euser"]),
        ("/a%2Fb", &["-/a%2fb", "+/a/b"]),
        ("/a/b", &["-/a/b", "+/a%2Fb"]),
        ("/أخبار", &["-/أخبار", "-/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/1"]),
        ("/%d8%a3%d8%ae%d8%a8%d8%a7%d8%b1", &["-/أخبار"]),
        ("/a%2A", &["-/a*b", "-/a%2ab", "+/ab"]),
        ("/a%24", &["-/a$b", "+/a"]),
        ("/100%", &["-/100%", "-/100%25"]),
        ("/a b", &["-/a b", "-/a%20b"]),
        ("/s?q=a&p=2", &["-/s?q=a&p=2", "-/s?q=a&p=25", "+/s?p=2&q=a", "+/s"]),
        ("/s?q='a'", &["-/s?q='a'", "-/s?q=%27a%27"]),
    ];
    for (rule, paths) in cases {
        check(format!("User-agent: *\nDisallow: {rule}"), paths);
    }
}

#[test]
fn a_delay_is_taken_within_reason() {
    let seconds = |seconds: f64| Some(Duration::from_secs_f64(seconds));
    let cases = [
        ("User-agent: *\nCrawl-delay: 10", seconds(10.0)),
        ("User-agent: *\nCrawl-delay: 0.5", seconds(0.5)),
        ("User-agent: *\nCrawl-delay: 1e9", Some(DELAY_MAX)),
        ("User-agent: *\nCrawl-delay: inf", Some(DELAY_MAX)),
        ("User-agent: *\nCrawl-delay: -1", None),
        ("User-agent: *\nCrawl-delay: 0", None),
        ("User-agent: *\nCrawl-delay: x", None),
        ("User-agent: *\nCrawl-delay: nan", None),
        ("User-agent: *\nCrawl-delay:", None),
        ("User-agent: *\nCrawl-delay: 5\nDisallow: /a", seconds(5.0)),
        ("User-agent: *\nDisallow: /a\nCrawl-delay: 5", seconds(5.0)),
        ("User-agent: *\nCrawl-delay: 5\nCrawl-delay: 9\nCrawl-delay: 7", seconds(9.0)),
        ("User-agent: *\nCrawl-delay: 5\nUser-agent: khabar\nDisallow: /a", None),
        ("User-agent: khabar\nCrawl-delay: 5\nUser-agent: other\nDisallow: /a", seconds(5.0)),
        ("Crawl-delay: 5\nUser-agent: *\nDisallow: /a", None),
    ];
    for (file, delay) in cases {
        assert_eq!(read(file.as_bytes(), "khabar").delay, delay, "{file}");
    }
}

#[test]
fn a_delay_between_agents_ends_no_group() {
    check("User-agent: khabar\nCrawl-delay: 5\nUser-agent: other\nDisallow: /a", &["-/a"]);
    check("User-agent: other\nCrawl-delay: 5\nUser-agent: khabar\nDisallow: /a", &["-/a"]);
}

#[test]
fn a_long_file_is_read_to_its_last_whole_line() {
    let head = "User-agent: *\nDisallow: /a\n";
    let filler = "#".repeat(BYTES_MAX - head.len() - "\nDisallow: /cut".len());
    let file = format!("{head}{filler}\nDisallow: /cut/short\nDisallow: /b\n");
    check(&file, &["-/a", "+/cut", "+/cut/short", "+/b"]);
    let file = format!("{head}{filler}\nDisallow: /cut\nDisallow: /b\n");
    check(&file, &["-/a", "-/cut", "+/b"]);
    check("x".repeat(600 * 1024), &["+/a"]);
}

#[test]
fn rules_are_bounded_and_only_those_of_the_group_are_kept() {
    let many = |agent: &str| format!("User-agent: {agent}\n{}", "Disallow: /a\nAllow: /b\n".repeat(8_000));
    let robots = read(many("*").as_bytes(), "khabar");
    assert_eq!((robots.allow.len(), robots.disallow.len()), (RULES_MAX, RULES_MAX));
    assert_eq!(read(many("other").as_bytes(), "khabar"), Robots::default());
}

#[test]
fn stars_cost_linear_time() {
    let rule = format!("User-agent: *\nDisallow: /{}b\n", "a*".repeat(10_000)).repeat(20);
    let path = format!("/{}", "a".repeat(100_000));
    check(rule, &[&format!("+{path}"), &format!("-{path}b")]);
}

#[test]
fn what_is_kept_reads_back_equal() {
    let robots = read("User-agent: *\nDisallow: /أ*$\nAllow: /b\nCrawl-delay: 2".as_bytes(), "khabar");
    for robots in [robots, Robots::default(), Robots::disallows_all()] {
        let kept = serde_json::to_string(&robots).unwrap();
        assert_eq!(serde_json::from_str::<Robots>(&kept).unwrap(), robots, "{kept}");
    }
    assert_eq!(serde_json::to_string(&Robots::default()).unwrap(), "{}");
}

#[test]
fn a_host_that_could_not_be_asked_allows_only_the_asking() {
    let robots = Robots::disallows_all();
    assert!(!allows(&robots, "/") && !allows(&robots, "/a?b") && allows(&robots, "/robots.txt"));
}
