//! The signs of walls as data. All in lower case where they are ASCII; the first that holds decides, so the
//! sure ones stand first.

use super::Wall::{self, Blocked, Challenge, Consent, Login, Region};

/// Where a sign is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// At the start of the page's title.
    Title,
    /// In the text that is shown.
    Text,
    /// In tags, comments and scripts.
    Code,
}

/// One sign.
#[derive(Debug)]
pub(super) struct Sign {
    pub(super) wall: Wall,
    pub(super) place: Place,
    pub(super) words: &'static str,
    /// Characters of text on the page beyond which it says nothing.
    pub(super) letters_max: usize,
}

const fn sign(wall: Wall, place: Place, letters_max: usize, words: &'static str) -> Sign {
    Sign { wall, place, words, letters_max }
}

/// Text around a sign that no vendor sends with a page it lets through; around one that pages for people may
/// hold too; and next to none.
pub(super) const SURE: usize = 4_000;
const WEAK: usize = 400;
const BARE: usize = 60;

/// Headers: wall, name, part of the value, and whether they count in refusals alone.
pub(super) const MARKS: [(Wall, &str, &str, bool); 9] = [
    (Challenge, "cf-mitigated", "challenge", false),
    (Challenge, "x-amzn-waf-action", "challenge", false),
    (Challenge, "x-amzn-waf-action", "captcha", false),
    (Challenge, "x-vercel-mitigated", "challenge", false),
    (Blocked, "x-vercel-mitigated", "deny", false),
    (Challenge, "sg-captcha", "challenge", false),
    (Challenge, "x-datadome", "", true),
    (Challenge, "x-dd-b", "", true),
    (Blocked, "x-sucuri-block", "", false),
];

/// Where redirects end: wall, and either the host or its first label, or a segment of the path (on a host
/// with that part in its name).
pub(super) const ENDS: [(Wall, &str, &str); 28] = [
    (Challenge, "geo.captcha-delivery.com", ""),
    (Challenge, "validate.perfdrive.com", ""),
    (Challenge, "google.", "sorry"),
    (Challenge, "", "showcaptcha"),
    (Challenge, "", "sgcaptcha"),
    (Challenge, "", "validatecaptcha"),
    (Consent, "consent", ""),
    (Consent, "guce", ""),
    (Consent, "myprivacy", ""),
    (Consent, "privacy-gate", ""),
    (Consent, "", "collectconsent"),
    (Consent, "", "cookiewall"),
    (Consent, "", "cookie-wall"),
    (Consent, "", "privacy-gate"),
    (Consent, "", "privacywall"),
    (Consent, "", "zustimmung"),
    (Login, "login", ""),
    (Login, "signin", ""),
    (Login, "accounts", ""),
    (Login, "sso", ""),
    (Login, "", "login"),
    (Login, "", "log-in"),
    (Login, "", "signin"),
    (Login, "", "sign-in"),
    (Login, "", "logon"),
    (Login, "", "login.php"),
    (Login, "", "login.aspx"),
    (Login, "", "wp-login.php"),
];

/// What a page that asks for consent says: of each line at least one.
pub(super) const CONSENT_WORDS: [&[&str]; 2] = [
    &["cookie", "kakor", "çerez", "куки", "ملفات تعريف الارتباط", "الكوكيز", "کوکی"],
    &[
        "accept",
        "agree",
        "consent",
        "akzept",
        "zustimm",
        "accept",
        "j'accepte",
        "d'accord",
        "acept",
        "accett",
        "aceit",
        "akkoord",
        "godk",
        "samtyk",
        "hyväksy",
        "zgadzam",
        "souhlas",
        "kabul",
        "принять",
        "соглас",
        "موافق",
        "قبول",
        "أوافق",
    ],
];

/// What pages show.
pub(super) const SIGNS: &[Sign] = &[
    // Refusals that carry the vendor's other words too.
    sign(Blocked, Place::Text, SURE, "sorry, you have been blocked"),
    sign(Blocked, Place::Title, SURE, "sucuri website firewall - access denied"),
    sign(Blocked, Place::Text, SURE, "your access to this site has been limited by the site owner"),
    sign(
        Blocked,
        Place::Text,
        WEAK,
        "the requested url was rejected. please consult with your administrator",
    ),
    // Bot checks.
    sign(Challenge, Place::Code, SURE, "_cf_chl_opt"),
    sign(Challenge, Place::Code, SURE, "cf-browser-verification"),
    sign(Challenge, Place::Code, SURE, "cf-challenge-running"),
    sign(Challenge, Place::Code, SURE, "cf-chl-widget"),
    sign(Challenge, Place::Title, WEAK, "just a moment..."),
    sign(Challenge, Place::Title, SURE, "attention required! | cloudflare"),
    sign(Challenge, Place::Code, SURE, "captcha-delivery.com"),
    sign(Challenge, Place::Code, SURE, "awswafcookiedomainlist"),
    sign(Challenge, Place::Code, SURE, "window.gokuprops"),
    sign(Challenge, Place::Code, SURE, "_incapsula_resource?swudnsai"),
    sign(Challenge, Place::Code, SURE, "_incapsula_resource?cwudnsai"),
    sign(Challenge, Place::Code, BARE, "/_incapsula_resource"),
    sign(Challenge, Place::Text, WEAK, "incapsula incident id"),
    sign(Challenge, Place::Title, SURE, "pardon our interruption"),
    sign(Challenge, Place::Code, SURE, "/_sec/cp_challenge/"),
    sign(Challenge, Place::Code, SURE, "sec-if-cpt-container"),
    sign(Challenge, Place::Code, WEAK, "/_sec/verify?provider="),
    sign(Challenge, Place::Code, BARE, "bm-verify="),
    sign(Challenge, Place::Code, SURE, "sucuri_cloudproxy_js"),
    sign(Challenge, Place::Code, WEAK, "/.well-known/ddos-guard/"),
    sign(Challenge, Place::Title, WEAK, "ddos-guard"),
    sign(Challenge, Place::Code, SURE, "id=\"anubis_challenge\""),
    sign(Challenge, Place::Code, SURE, "/.within.website/x/cmd/anubis/"),
    sign(Challenge, Place::Code, SURE, "id=\"px-captcha\""),
    sign(Challenge, Place::Code, BARE, "window.kpsdk"),
    sign(Challenge, Place::Code, SURE, "captcha.perfdrive.com"),
    sign(Challenge, Place::Code, WEAK, "/.well-known/vercel/security/"),
    sign(Challenge, Place::Code, WEAK, "/.well-known/sgcaptcha/"),
    sign(Challenge, Place::Code, WEAK, "/.lsrecap/recaptcha"),
    sign(Challenge, Place::Code, WEAK, "/__qrator/"),
    sign(Challenge, Place::Code, WEAK, "__arcsjs"),
    sign(Challenge, Place::Code, WEAK, "imunify360"),
    sign(Challenge, Place::Code, BARE, "window[\"bobcmn\"]"),
    sign(Challenge, Place::Code, BARE, "/tspd/"),
    sign(Challenge, Place::Code, WEAK, "slowaes.decrypt"),
    sign(Challenge, Place::Code, WEAK, "cf-turnstile"),
    sign(Challenge, Place::Code, WEAK, "class=\"h-captcha\""),
    sign(Challenge, Place::Code, WEAK, "class=\"g-recaptcha\""),
    sign(Challenge, Place::Code, WEAK, "class=\"smart-captcha\""),
    // Gates by country and law.
    sign(Region, Place::Title, SURE, "451 unavailable"),
    sign(Region, Place::Title, SURE, "451: unavailable due to legal reasons"),
    sign(Region, Place::Text, 1_500, "from a country belonging to the european economic area"),
    sign(Region, Place::Text, 1_500, "unavailable due to legal reasons"),
    sign(Region, Place::Text, 800, "not available in your country"),
    sign(Region, Place::Text, 800, "not available in your region"),
    sign(Region, Place::Text, 800, "not available in your location"),
    sign(Region, Place::Text, 800, "unavailable in your country"),
    sign(Region, Place::Text, 800, "unavailable in your region"),
    sign(Region, Place::Text, 800, "in ihrem land nicht verfügbar"),
    sign(Region, Place::Text, 800, "pas disponible dans votre pays"),
    sign(Region, Place::Text, 800, "pas disponible dans votre région"),
    sign(Region, Place::Text, 800, "no está disponible en su país"),
    sign(Region, Place::Text, 800, "no está disponible en tu país"),
    sign(Region, Place::Text, 800, "non è disponibile nel tuo paese"),
    sign(Region, Place::Text, 800, "недоступен в вашей стране"),
    sign(Region, Place::Text, 800, "غير متاح في بلدك"),
    sign(Region, Place::Text, 800, "غير متوفر في بلدك"),
    sign(Region, Place::Text, 800, "غير متاح في منطقتك"),
    // Consent first; the text must ask for it as well.
    sign(Consent, Place::Code, SURE, "action=\"https://consent.google"),
    sign(Consent, Place::Code, SURE, "action=\"https://consent.youtube"),
    sign(Consent, Place::Code, SURE, "/v2/collectconsent"),
    sign(Consent, Place::Code, 3_000, "privacy-mgmt.com"),
    sign(Consent, Place::Code, 3_000, "sourcepoint"),
    sign(Consent, Place::Code, 3_000, "otsdkstub"),
    sign(Consent, Place::Code, 3_000, "onetrust-consent-sdk"),
    sign(Consent, Place::Code, 3_000, "__tcfapi"),
    sign(Consent, Place::Code, 3_000, "contentpass"),
    sign(Consent, Place::Code, 3_000, "fundingchoicesmessages"),
    sign(Consent, Place::Code, 3_000, "consentmanager"),
    sign(Consent, Place::Code, 3_000, "usercentrics"),
    sign(Consent, Place::Code, 3_000, "didomi"),
    // Logins, and refusals in general.
    sign(Blocked, Place::Title, WEAK, "access denied"),
    sign(Blocked, Place::Title, WEAK, "403 forbidden"),
    sign(Blocked, Place::Text, WEAK, "errors.edgesuite.net"),
    sign(Blocked, Place::Text, WEAK, "request blocked. we can't connect to the server for this app"),
    sign(Login, Place::Code, 800, "type=\"password\""),
    sign(Login, Place::Code, 800, "type='password'"),
    sign(Login, Place::Code, 800, "type=password"),
];
