//! Walls as vendors build them, and pages that only look like it: one `check` and the cases as data.

use super::{BODY_BYTES_MAX, Seen, Wall, recognize};
use url::Url;

/// What is recognized in an answer of the address that was asked for.
#[track_caller]
fn check(status: u16, marks: &[(&str, &str)], body: &str, wanted: Option<Wall>) {
    let url = Url::parse("https://paper.example/news/1").unwrap();
    let marks: Vec<_> = marks.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let found = recognize(&Seen { status, requested: &url, url: &url, marks: &marks, body });
    assert_eq!(found, wanted, "{status} {marks:?} {}", body.chars().take(300).collect::<String>());
}

/// Bodies of vendors' walls.
const CLOUDFLARE: &str = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and cookies to continue</noscript><script>(function(){window._cf_chl_opt = {cvId: '3'};var a=document.createElement('script');a.src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1';}())</script></body></html>";
const CLOUDFLARE_BLOCK: &str = "<html><head><title>Attention Required! | Cloudflare</title></head><body><div id=cf-error-details><h1>Sorry, you have been blocked</h1><h2>You are unable to access paper.example</h2></div></body></html>";
const DATADOME: &str = "<html><head><title>paper.example</title><style>#cmsg{animation: A 1.5s;}</style></head><body><p id=\"cmsg\">Please enable JS and disable any ad blocker</p><script>var dd={'rt':'c','host':'geo.captcha-delivery.com'}</script><script src=\"https://ct.captcha-delivery.com/c.js\"></script></body></html>";
const AWS: &str = "<html><head><title></title><script>window.awsWafCookieDomainList = [];window.gokuProps = {};</script></head><body><div id=\"challenge-container\"></div><noscript><h1>JavaScript is disabled</h1></noscript></body></html>";
const IMPERVA: &str = "<html><head><META NAME=\"robots\" CONTENT=\"noindex,nofollow\"></head><body><iframe id=\"main-iframe\" src=\"/_Incapsula_Resource?SWUDNSAI=31&xinfo=1\">Request unsuccessful. Incapsula incident ID: 1</iframe></body></html>";
const IMPERVA_SCRIPT: &str =
    "<html><body><script src=\"/_Incapsula_Resource?SWJIYLWA=719d34\" async></script></body></html>";
const AKAMAI: &str = "<html><head><title>&nbsp;</title><meta http-equiv=\"refresh\" content=\"5; URL='/news/1?bm-verify=AAQAAA'\"></head><body></body></html>";
const AKAMAI_CHECK: &str = "<html><body><div id=\"sec-if-cpt-container\" class=\"crypto\"></div><script src=\"/_sec/cp_challenge/sec-4-4.js\"></script></body></html>";
const AKAMAI_DENIED: &str = "<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY><H1>Access Denied</H1>You don't have permission to access \"http&#58;&#47;&#47;paper\" on this server.<P>Reference&#32;&#35;18&#46;1<P>https&#58;&#47;&#47;errors</BODY></HTML>";
const SUCURI: &str = "<html><title>You are being redirected...</title><noscript>Javascript is required.</noscript><script>var s={},u,c,U,r,i,l=0;sucuri_cloudproxy_js='';</script></html>";
const SUCURI_DENIED: &str = "<html><head><title>Sucuri WebSite Firewall - Access Denied</title></head><body><h1>Access Denied</h1></body></html>";
const DDOS_GUARD: &str = "<html><head><title>DDoS-Guard</title></head><body><h1>Checking your browser before accessing paper.example</h1><script src=\"/.well-known/ddos-guard/js-challenge/index.js\"></script></body></html>";
const ANUBIS: &str = "<html><head><title>Making sure you&#39;re not a bot!</title><script id=\"anubis_challenge\" type=\"application/json\">{}</script></head><body><p>Loading...</p></body></html>";
const HCAPTCHA: &str = "<html><body><form><p>One more step</p><div class=\"h-captcha\" data-sitekey=1></div></form></body></html>";
const TURNSTILE: &str =
    "<html><body><h1>Checking</h1><div class=\"cf-turnstile\" data-sitekey=1></div></body></html>";
const RECAPTCHA: &str =
    "<html><body><h1>Robot?</h1><div class=\"g-recaptcha\" data-sitekey=1></div></body></html>";

#[test]
fn bot_checks_are_known_by_their_vendors_signs() {
    let bodies = [
        CLOUDFLARE,
        DATADOME,
        AWS,
        IMPERVA,
        IMPERVA_SCRIPT,
        AKAMAI,
        AKAMAI_CHECK,
        SUCURI,
        DDOS_GUARD,
        ANUBIS,
        HCAPTCHA,
        TURNSTILE,
        RECAPTCHA,
    ];
    for status in [200, 202, 401, 403, 405, 429, 503] {
        for body in bodies {
            check(status, &[], body, Some(Wall::Challenge));
        }
    }
}

#[test]
fn headers_tell_as_well() {
    let cases: [(u16, &str, &str, Option<Wall>); 9] = [
        (403, "cf-mitigated", "challenge", Some(Wall::Challenge)),
        (200, "cf-mitigated", "challenge", Some(Wall::Challenge)),
        (202, "x-amzn-waf-action", "challenge", Some(Wall::Challenge)),
        (405, "x-amzn-waf-action", "captcha", Some(Wall::Challenge)),
        (403, "x-datadome", "protected", Some(Wall::Challenge)),
        (200, "x-datadome", "protected", None),
        (429, "x-vercel-mitigated", "challenge", Some(Wall::Challenge)),
        (403, "server", "cloudflare", Some(Wall::Blocked)),
        (503, "server", "cloudflare", None),
    ];
    for (status, name, value, wanted) in cases {
        check(status, &[(name, value)], "", wanted);
    }
}

#[test]
fn a_status_alone_says_little() {
    let cases = [
        (200, None),
        (401, Some(Wall::Login)),
        (403, Some(Wall::Blocked)),
        (404, None),
        (410, None),
        (429, None),
        (451, Some(Wall::Region)),
        (500, None),
        (502, None),
        (503, None),
    ];
    for (status, wanted) in cases {
        for body in [
            "",
            "<html><title>Error</title><body><p>Something went wrong. Subscribe to read on.</body></html>",
        ] {
            check(status, &[], body, wanted);
        }
    }
    // What is gone or broken is that, whatever stands on its page.
    for status in [301, 404, 410, 500, 502, 520] {
        check(status, &[], CLOUDFLARE, None);
    }
}

#[test]
fn refusals_are_told_from_checks() {
    for body in [CLOUDFLARE_BLOCK, AKAMAI_DENIED, SUCURI_DENIED] {
        for status in [200, 403, 429, 503] {
            check(status, &[], body, Some(Wall::Blocked));
        }
    }
}

#[test]
fn gates_by_country_are_known_in_several_languages() {
    let texts = [
        "We recognize you are attempting to access this website from a country belonging to the European Economic Area (EEA) including the EU",
        "451: Unavailable due to legal reasons",
        "This content is not available in your region.",
        "Sorry, this page is NOT AVAILABLE IN YOUR COUNTRY",
        "Dieser Inhalt ist in Ihrem Land nicht verfügbar.",
        "Ce contenu n'est pas disponible dans votre pays",
        "Este contenido no está disponible en tu país",
        "عذراً، هذا المحتوى غير متاح في بلدك",
    ];
    for text in texts {
        let body = format!("<html><head><title>Paper</title></head><body><p>{text}</p></body></html>");
        for status in [200, 403] {
            check(status, &[], &body, Some(Wall::Region));
        }
    }
}

#[test]
fn a_page_of_consent_asks_for_it_and_shows_nothing_else() {
    let scripts = [
        "<script src=\"https://cdn.privacy-mgmt.com/unified/wrapperMessagingWithoutDetection.js\"></script>",
        "<script src=\"https://cdn.cookielaw.org/scripttemplates/otSDKStub.js\"></script>",
        "<script>window.__tcfapi=function(){}</script>",
    ];
    let texts = [
        "We and our partners use cookies. Accept all / Manage settings",
        "Wir verwenden Cookies. Alle akzeptieren",
        "نستخدم ملفات تعريف الارتباط. موافق",
    ];
    for script in scripts {
        for text in texts {
            check(
                200,
                &[],
                &format!("<html><head>{script}</head><body>{text}</body></html>"),
                Some(Wall::Consent),
            );
        }
        // The shell of a page that scripts fill is no request.
        check(200, &[], &format!("<html><head>{script}</head><body><div id=app></div></body></html>"), None);
    }
    let google = "<form action=\"https://consent.google.com/save\"><p>Before you continue</p><p>We use cookies and data. Accept all</p></form>";
    check(200, &[], google, Some(Wall::Consent));
}

#[test]
fn a_login_is_a_short_page_with_a_password_field() {
    let form =
        "<html><body><h1>Members</h1><form><input name=user><input type=\"password\"></form></body></html>";
    check(200, &[], form, Some(Wall::Login));
    check(200, &[], &form.replace("Members", &"word ".repeat(300)), None);
}

#[test]
fn the_end_of_the_redirects_tells_a_wall() {
    let cases = [
        ("https://paper.example/a", "https://consent.google.com/m?continue=x", Some(Wall::Consent)),
        ("https://news.yahoo.example/a", "https://guce.yahoo.com/consent?x", Some(Wall::Consent)),
        (
            "https://news.yahoo.example/a",
            "https://consent.yahoo.com/v2/collectConsent?x",
            Some(Wall::Consent),
        ),
        ("https://paper.example/a", "https://www.paper.example/zustimmung?url=a", Some(Wall::Consent)),
        ("https://paper.example/a", "https://geo.captcha-delivery.com/captcha/", Some(Wall::Challenge)),
        ("https://www.google.com/a", "https://www.google.com/sorry/index?continue=x", Some(Wall::Challenge)),
        ("https://paper.example/a", "https://login.paper.example/?next=/a", Some(Wall::Login)),
        ("https://paper.example/a", "https://paper.example/account/login?next=/a", Some(Wall::Login)),
        ("https://login.example/a", "https://login.example/b", None),
        ("https://paper.example/login/why", "https://paper.example/login/why-2", None),
        ("https://paper.example/a", "https://paper.example/b/login-problems-at-the-bank", None),
        ("https://paper.example/a", "https://consents.example/b", None),
        ("https://paper.example/sorry/a", "https://paper.example/sorry/b", None),
    ];
    for (requested, url, wanted) in cases {
        let (requested, url) = (Url::parse(requested).unwrap(), Url::parse(url).unwrap());
        for body in ["<p>x</p>".to_owned(), "word ".repeat(BODY_BYTES_MAX / 4)] {
            let seen = Seen { status: 200, requested: &requested, url: &url, marks: &[], body: &body };
            assert_eq!(recognize(&seen), wanted, "{url}");
        }
        let body = article("");
        let seen = Seen { status: 200, requested: &requested, url: &url, marks: &[], body: &body };
        assert_eq!(recognize(&seen), None, "{url}");
    }
}

/// A short article with something on the page beside it.
fn article(beside: &str) -> String {
    let paragraph =
        "<p>The council met on Monday and decided to repair the old bridge before the winter.</p>";
    format!(
        "<html><head><title>The bridge</title>{beside}</head><body><article>{}</article></body></html>",
        paragraph.repeat(4)
    )
}

#[test]
fn articles_are_no_walls_whatever_they_embed() {
    let beside = [
        "<script src=\"https://challenges.cloudflare.com/turnstile/v0/api.js\"></script><div class=\"cf-turnstile\"></div>",
        "<script src=\"/cdn-cgi/challenge-platform/scripts/jsd/main.js\"></script>",
        "<script src=\"https://js.datadome.co/tags.js\"></script><script src=\"https://sdk.awswaf.com/challenge.js\"></script>",
        "<script src=\"/_Incapsula_Resource?SWJIYLWA=719d\"></script>",
        "<form><input type=\"password\"></form><a href=/login>Log in</a><div class=\"g-recaptcha\"></div>",
        "<script src=\"https://cdn.privacy-mgmt.com/x.js\"></script><div>We use cookies. Accept all</div>",
        "<p>This video is not available in your country.</p>",
        "<script>window._cf_chl_opt={}</script>",
    ];
    for beside in beside {
        check(200, &[("server", "cloudflare"), ("x-datadome", "protected")], &article(beside), None);
        // Without an article element, as long as there is text.
        let page = format!("<html>{beside}<body>{}</body></html>", "Many words of a page. ".repeat(300));
        check(200, &[], &page, None);
        // In a page that is too long to be a wall.
        check(
            200,
            &[],
            &format!("<html>{beside}<script>{}</script></html>", "x".repeat(BODY_BYTES_MAX)),
            None,
        );
        // In short news that says what it is.
        let brief = format!(
            "<html><script type=\"application/ld+json\">{{\"@type\":\"NewsArticle\"}}</script>{beside}<p>Brief.</p></html>"
        );
        check(200, &[], &brief, None);
    }
}

#[test]
fn pages_about_walls_are_none() {
    let pages = [
        "<title>Just a moment... and the page was gone</title><p>Why sites show a check: the code is <code>window._cf_chl_opt</code> and a captcha-delivery.com frame.</p>".to_owned() + &"More on it. ".repeat(60),
        "<title>How Cloudflare works</title><p>Cloudflare asks visitors to prove they are human with Turnstile, class=\"cf-turnstile\".</p>".to_owned(),
        "<title>Captcha</title><p>A captcha is a test. Anubis, DataDome and Incapsula sell others, and <code>sucuri_cloudproxy_js</code> is one.</p>".to_owned(),
        "<title>Access denied to the port</title><p>The ship had to turn.</p>".to_owned() + &"It waited. ".repeat(60),
        "<title>Cookies</title><p>Accept it: we bake cookies today.</p>".to_owned(),
        "<title>Log in</title><p>Log in to comment. <a href=/login>Login</a></p>".to_owned(),
    ];
    for page in &pages {
        check(200, &[], page, None);
    }
}

#[test]
fn any_text_gives_an_answer() {
    for body in [
        "<",
        "<script",
        "<script>",
        "<!--",
        "</",
        "<title>",
        "<p><p",
        "<\u{130}>",
        "\u{feff}<ÄÖ",
        "<title>x</TITLE",
        ">",
    ] {
        check(200, &[], body, None);
        check(403, &[], &body.repeat(40_000), Some(Wall::Blocked));
    }
}

#[test]
fn every_wall_has_its_code_and_words() {
    let walls = [Wall::Challenge, Wall::Consent, Wall::Login, Wall::Blocked, Wall::Region];
    for wall in walls {
        assert!(wall.code().starts_with("wall/") && !wall.words().contains("paywall"));
    }
}
