//! Leaving and staying out: links in mails, the pages behind them, consent, and the list of people not to contact.

use crate::school::{School, WEEK};
use crate::server::Server;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};

/// `plaudit serve` on a free port of this machine.
struct Pages {
    child: Child,
    address: String,
    _stdout: BufReader<ChildStdout>,
}

impl Pages {
    fn of(school: &School) -> Self {
        school.write();
        let mut command = Command::new(env!("CARGO_BIN_EXE_plaudit"));
        let command = command.arg("serve").current_dir(school.path(".")).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).unwrap().trim_end().to_string();
        Self { child, address, _stdout: stdout }
    }

    /// What is answered to a request: status, headers and page.
    fn ask(&self, method: &str, path: &str, form: &str) -> (u16, String) {
        let kind = "Content-Type: application/x-www-form-urlencoded";
        let length = form.len();
        self.send(method, path, kind, length, form)
    }

    fn send(&self, method: &str, path: &str, kind: &str, length: usize, form: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: x\r\n{kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{form}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        crate::school::signal(&self.child, "TERM");
        assert!(self.child.wait().unwrap().success(), "it ends in order when it is asked to");
    }
}

/// The usual school with pages and without administrators, mailing to a server.
fn with_pages(server: &Server, more: &str) -> School {
    let mut school = School::usual();
    school.config = school.config.replace("administrators: [{address: admin@school.example}]\n", "");
    school.config.push_str("web: {url: 'https://effort.school.example', listen: '127.0.0.1:0'}\n");
    school.config.push_str(more);
    school.mail_to(server.port, "");
    school
}

/// A header of the mail to an address, unfolded.
fn header(server: &Server, to: &str, name: &str) -> Option<String> {
    let mail = server.mails().into_iter().rfind(|mail| mail.to == to)?;
    let text = String::from_utf8(mail.bytes).unwrap().replace("\r\n ", " ");
    let start = format!("{name}: ");
    text.lines().take_while(|line| !line.is_empty()).find_map(|line| line.strip_prefix(&start).map(str::to_string))
}

/// The path of a link that stands in the mail to an address.
fn link(server: &Server, to: &str, purpose: &str) -> String {
    let mail = server.mails().into_iter().rfind(|mail| mail.to == to).unwrap();
    let text = mail_parser::MessageParser::default().parse(&mail.bytes).unwrap().body_text(0).unwrap().to_string();
    let from = text.find(&format!("/{purpose}/")).unwrap_or_else(|| panic!("{text}"));
    text[from..].split_whitespace().next().unwrap().to_string()
}

const GUARDIAN: &str = "pat.mei@home.example";

#[test]
fn one_click_stops_a_kind_of_mail_about_a_child_and_looking_stops_nothing() {
    let server = Server::usual();
    let mut school = with_pages(&server, "");
    assert_eq!(school.mail().code, 0);
    let ways = header(&server, GUARDIAN, "List-Unsubscribe").unwrap();
    assert_eq!(header(&server, GUARDIAN, "List-Unsubscribe-Post").unwrap(), "List-Unsubscribe=One-Click");
    let path = ways.split("https://effort.school.example").nth(1).unwrap().split('>').next().unwrap();
    assert!(ways.contains("<mailto:reports@school.example?subject=unsubscribe%20"), "{ways}");
    assert_eq!(path, link(&server, GUARDIAN, "unsubscribe"), "the mail shows the same link");
    let pages = Pages::of(&school);
    for method in ["GET", "HEAD"] {
        let (status, page) = pages.ask(method, path, "");
        assert_eq!(status, 200);
        assert!(page.contains("no-referrer") && page.contains("no-store") && page.contains("default-src 'none'"));
        assert!(!page.contains("pat.mei") && !page.contains("Zhou"), "{page}");
    }
    assert!(!school.plaudit("contact list").stdout.contains("unsubscribed"), "looking changed nothing");
    assert_eq!(pages.ask("POST", path, "List-Unsubscribe=One-Click").0, 200);
    let listed = school.plaudit("contact list").stdout;
    assert!(listed.contains("g-mei: not written to about mei, reward: unsubscribed"), "{listed}");
    school.users = school.users.replace("Pat,Zhou", "Patricia,Zhou");
    let plan = |school: &School| school.plaudit(&format!("plan --week {WEEK} --only reward")).stdout;
    let again = plan(&school);
    assert!(again.contains("skipped, unsubscribed (g-mei)"), "it survives a new roster: {again}");
    assert_eq!(pages.ask("POST", path, "answer=again").0, 200);
    assert!(!plan(&school).contains("unsubscribed"));
}

#[test]
fn one_click_counts_in_every_encoding_that_a_mail_program_may_choose() {
    let server = Server::usual();
    let school = with_pages(&server, "");
    assert_eq!(school.mail().code, 0);
    let pages = Pages::of(&school);
    let parts = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
    for (to, kind, form) in [
        ("pat.mei@home.example", "Content-Type: multipart/form-data; boundary=b", parts),
        ("mei@school.example", "Accept: */*", "List-Unsubscribe=One-Click"),
        ("tom@school.example", "Content-Type: text/plain", ""),
    ] {
        let path = link(&server, to, "unsubscribe");
        assert_eq!(pages.send("POST", &path, kind, form.len(), form).0, 200, "{kind}");
    }
    let listed = school.plaudit("contact list").stdout;
    assert_eq!(listed.matches("unsubscribed").count(), 6, "each person and each address: {listed}");
}

#[test]
fn the_page_lets_somebody_stop_everything_about_a_child_or_everything() {
    for (scope, told) in
        [("subject", "g-mei: not written to about mei: unsubscribed"), ("all", "g-mei: not written to: unsubscribed")]
    {
        let server = Server::usual();
        let school = with_pages(&server, "");
        assert_eq!(school.mail().code, 0);
        let pages = Pages::of(&school);
        let (status, page) =
            pages.ask("POST", &link(&server, GUARDIAN, "unsubscribe"), &format!("scope={scope}&answer=stop"));
        assert_eq!(status, 200);
        assert!(page.contains("These mails stop now."), "{page}");
        let listed = school.plaudit("contact list").stdout;
        assert!(listed.contains(told), "{listed}");
    }
}

#[test]
fn a_token_opens_nothing_but_its_own_door() {
    let server = Server::usual();
    let school = with_pages(&server, "");
    assert_eq!(school.mail().code, 0);
    let pages = Pages::of(&school);
    let path = link(&server, GUARDIAN, "unsubscribe");
    let token = path.rsplit('/').next().unwrap();
    let altered = format!("{}{}", &token[..token.len() - 1], if token.ends_with('A') { 'B' } else { 'A' });
    for wrong in [altered.as_str(), "x", "..%2f..%2fetc", &"a".repeat(5000), token.to_lowercase().as_str()] {
        for method in ["GET", "POST"] {
            let (status, page) = pages.ask(method, &format!("/unsubscribe/{wrong}"), "List-Unsubscribe=One-Click");
            assert_eq!(status, 404, "{method} {wrong}");
            assert!(page.contains("This link opens nothing"), "{page}");
        }
    }
    assert_eq!(pages.ask("POST", &format!("/invitation/{token}"), "answer=yes").0, 404, "nor another kind of door");
    assert!(school.plaudit("contact list").stdout.contains("0 suppressions, 0 answers"));
    let tokens: std::collections::BTreeSet<String> =
        ["pat.mei@home.example", "pat.tom@home.example", "mei@school.example", "t1@school.example"]
            .map(|to| link(&server, to, "unsubscribe"))
            .into();
    assert_eq!(tokens.len(), 4, "each has a token of their own");
}

#[test]
fn links_of_a_preview_and_of_a_trial_open_nothing() {
    let server = Server::usual();
    let school = with_pages(&server, "");
    assert_eq!(school.plaudit(&format!("run --week {WEEK} --redirect-to me@school.example --confirm 5")).code, 0);
    let pages = Pages::of(&school);
    assert_eq!(pages.ask("POST", &link(&server, "me@school.example", "unsubscribe"), "").0, 404);
}

#[test]
fn a_mail_that_asks_to_stop_is_as_good_as_a_click() {
    let server = Server::usual();
    let school = with_pages(&server, "");
    assert_eq!(school.mail().code, 0);
    let token = link(&server, GUARDIAN, "unsubscribe").rsplit('/').next().unwrap().to_string();
    std::fs::create_dir(school.path("came-back")).unwrap();
    let mail = format!("From: pat.mei@home.example\r\nSubject: Re: unsubscribe {token}\r\n\r\nplease\r\n");
    std::fs::write(school.path("came-back/1.eml"), mail).unwrap();
    let read = school.plaudit("outbox bounces came-back");
    assert_eq!(read.code, 0, "{}", read.stderr);
    assert!(read.stdout.contains("no more mails of the kind reward"), "{}", read.stdout);
    assert!(school.plaudit("contact list").stdout.contains("g-mei: not written to about mei, reward: unsubscribed"));
}

#[test]
fn guardians_hear_nothing_before_they_accept_and_are_asked_once() {
    let server = Server::usual();
    let school = with_pages(&server, "consent: {guardians: accepted}\n");
    let run = school.mail();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let invited: Vec<String> =
        server.mails().into_iter().map(|mail| mail.to).filter(|to| to.starts_with("pat.")).collect();
    assert_eq!(invited.len(), 3, "every guardian is asked, none is told anything: {invited:?}");
    assert!(run.stdout.contains("reward: 1 skipped, not accepted"), "{}", run.stdout);
    let pages = Pages::of(&school);
    let (yes, no) = (link(&server, GUARDIAN, "invitation"), link(&server, "pat.tom@home.example", "invitation"));
    assert!(pages.ask("GET", &yes, "").1.contains("May we write to you about Mei?"));
    assert!(school.plaudit("contact list").stdout.contains("0 answers"), "looking is no answer");
    assert_eq!(pages.ask("POST", &yes, "answer=yes").0, 200);
    assert_eq!(pages.ask("POST", &no, "answer=no").0, 200);
    let listed = school.plaudit("contact list").stdout;
    assert!(
        listed.contains("g-mei: accepted to hear of mei") && listed.contains("g-tom: declined to hear of tom"),
        "{listed}"
    );
    let plan = school.plaudit(&format!("plan --week {WEEK}")).stdout;
    assert!(plan.contains("reward to g-mei"), "{plan}");
    assert!(!plan.contains("invitation to"), "nobody is asked twice: {plan}");
    let mail = server.mails().into_iter().find(|mail| mail.to == GUARDIAN).unwrap();
    let text = mail_parser::MessageParser::default().parse(&mail.bytes).unwrap().body_text(0).unwrap().to_string();
    assert!(!text.contains('{') && text.contains("what Mei did in that week"), "{text}");
}

#[test]
fn whoever_said_no_hears_nothing_also_where_being_on_the_roster_is_enough() {
    let server = Server::usual();
    let school = with_pages(&server, "");
    school.write();
    assert_eq!(school.plaudit("contact decline g-mei --child mei").code, 0);
    assert_eq!(school.mail().code, 0);
    assert!(server.mails().iter().all(|mail| mail.to != GUARDIAN));
}

#[test]
fn who_withdraws_after_the_plan_is_not_written_to() {
    let server = Server::start(|moment| match moment.stage {
        crate::server::Stage::Recipient if moment.message < 5 => crate::server::Deed::Say("450 later"),
        _ => crate::server::Deed::Usual,
    });
    let school = with_pages(&server, "");
    assert_eq!(school.mail().code, 1);
    assert_eq!(school.plaudit("contact stop g-mei").code, 0);
    assert_eq!(school.plaudit("outbox retry").code, 0);
    assert!(server.mails().iter().all(|mail| mail.to != GUARDIAN));
    let message = &school.outbox("--person g-mei")[0];
    assert_eq!((message["state"].as_str(), message["cause"].as_str()), (Some("withheld"), Some("suppressed")));
}

#[test]
fn the_list_of_people_not_to_contact_beats_roster_and_acceptance() {
    for (entry, about) in [("{guardian: g-mei}", ""), ("{guardian: g-mei, child: mei}", " about mei")] {
        let server = Server::usual();
        let more = format!("consent: {{guardians: accepted}}\ndo_not_contact: [{entry}]\n");
        let mut school = with_pages(&server, &more);
        school.write();
        assert_eq!(school.plaudit("contact accept g-mei --child mei").code, 0);
        assert_eq!(school.mail().code, 0);
        assert!(server.mails().iter().all(|mail| mail.to != GUARDIAN));
        let listed = school.plaudit("contact list").stdout;
        assert!(listed.contains(&format!("g-mei: not written to{about}: do not contact")), "{listed}");
        let allowed = school.plaudit("contact allow g-mei");
        assert_eq!(allowed.code, 2, "only config takes it off: {}", allowed.stdout);
        school.config = school.config.replace(&more, "consent: {guardians: accepted}\n");
        assert!(school.plaudit(&format!("plan --week {WEEK}")).stdout.contains("reward to g-mei"));
    }
}

#[test]
fn guardians_of_students_who_are_of_age_hear_nothing() {
    for (column, value) in [("metadata.adult", "true"), ("metadata.birthDate", "2008-02-29")] {
        let mut school = School::usual();
        school.write();
        let users = std::fs::read_to_string(school.path("roster/users.csv")).unwrap();
        let with = |line: &str| match line {
            head if head.starts_with("sourcedId") => format!("{head},{column}"),
            mei if mei.starts_with("mei,") => format!("{mei},{value}"),
            other => format!("{other},"),
        };
        let users: Vec<String> = users.lines().map(with).collect();
        std::fs::write(school.path("roster/users.csv"), users.join("\n")).unwrap();
        let run = school.command(&format!("run --week {WEEK}"), &[]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stdout.contains("reward: 1 skipped, of age"), "{}", run.stdout);
        let mails = school.files(&format!("reports/{WEEK}/mail"));
        assert!(mails.contains("reward.s1.mei.mei.eml") && !mails.contains("reward.s1.g-mei.mei.eml"), "{mails:?}");
        school.config.clear();
    }
}
