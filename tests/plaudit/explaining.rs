//! `explain`: why somebody was told something or was not, from the rows to the server's reply.

use crate::school::{Output, School, WEEK};
use crate::server::Server;
use serde_json::Value;

fn explain(school: &School, person: &str, more: &str) -> Output {
    let output = school.command(&format!("explain {person} --week {WEEK} {more}"), &[]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    output
}

fn json(school: &School, person: &str) -> Value {
    serde_json::from_str(&explain(school, person, "--format json").stdout).unwrap()
}

/// The account of one notice.
fn account<'v>(explained: &'v Value, kind: &str, recipient: &str) -> &'v Value {
    let all = explained["notices"].as_array().unwrap();
    all.iter()
        .find(|one| one["kind"] == kind && one["recipient"] == recipient)
        .unwrap_or_else(|| panic!("{explained:#}"))
}

#[test]
fn a_notice_that_was_sent_is_explained_from_its_rows_to_the_reply() {
    let server = Server::usual();
    let mut school = School::usual();
    school.event("mei", 9, "2026-03-03T10:00:00Z");
    school.mail_to(server.port, "");
    assert_eq!(school.mail().code, 0);
    let explained = json(&school, "mei");
    let events =
        &explained["rows"].as_array().unwrap().iter().find(|one| one["file"].as_str().unwrap().ends_with("events.csv"));
    let events = events.unwrap();
    assert_eq!(events["in_week"], 12, "six days with a log in and a log out");
    let file = std::fs::read_to_string(school.path("events.csv")).unwrap();
    for line in events["lines"].as_array().unwrap() {
        let line = file.lines().nth(usize::try_from(line.as_u64().unwrap()).unwrap() - 1).unwrap();
        assert!(line.contains(",mei,") && line.contains("2026-03-0"), "{line}");
    }
    assert_eq!(events["rejects"][0]["reason"], "unknown kind of event");
    assert_eq!(explained["days"].as_array().unwrap().len(), 6);
    assert_eq!(explained["score"]["active_days"], 6);
    let [health, vital, effort] = ["health", "vital", "effort"].map(|name| explained["score"][name].as_f64().unwrap());
    assert!((f64::midpoint(health, vital) - effort).abs() < 1e-9);
    let told = account(&explained, "reward", "g-mei");
    assert_eq!((told["verdict"].as_str(), told["subject"].as_str()), (Some("due"), Some("mei")));
    assert!(told["conditions"].as_array().unwrap().iter().all(|condition| condition["holds"] == true), "{told:#}");
    let message = &told["messages"][0];
    assert_eq!(message["state"], "sent");
    assert!(message["reply"].as_str().unwrap().starts_with("250"), "{message}");
    assert_eq!(account(&explained, "teacher_report", "t1")["messages"][0]["state"], "sent");
    let text = explain(&school, "mei", "").stdout;
    assert!(text.contains("reward to g-mei about mei: is due") && text.contains("reply: 250"), "{text}");
    assert!(!text.contains("@home.example"), "no address of a family:\n{text}");
}

#[test]
fn a_week_below_the_rule_shows_which_part_of_it_did_not_hold() {
    let school = School::usual();
    school.run();
    let explained = json(&school, "tom");
    let told = account(&explained, "reward", "g-tom");
    assert!(["not_earned", "other_praise"].contains(&told["verdict"].as_str().unwrap()), "{told:#}");
    let conditions = told["conditions"].as_array().unwrap();
    let gain = conditions.iter().find(|one| one["what"].as_str().unwrap().starts_with("points more")).unwrap();
    assert_eq!((gain["holds"].as_bool(), gain["needed"].as_f64()), (Some(false), Some(5.0)));
    assert!(gain["found"].as_f64().unwrap() < 0.0);
    assert!(told["messages"].as_array().unwrap().is_empty());
}

#[test]
fn somebody_who_has_gone_quiet_has_no_week_and_no_blame() {
    let school = School::usual();
    school.run();
    let explained = json(&school, "ana");
    assert!(explained["quiet_days"].as_i64().unwrap() > 10);
    assert!(explained["score"].is_null(), "no activity is no score of 0");
    assert_eq!(account(&explained, "reward", "ana")["verdict"], "not_active");
    let plainly = explain(&school, "ana", "--plainly").stdout;
    assert!(
        plainly.contains("Nothing of Ana’s was recorded") && plainly.contains("nothing follows from it"),
        "{plainly}"
    );
}

#[test]
fn what_keeps_a_notice_back_is_named() {
    let mut school = School::usual();
    school.config.push_str("do_not_contact: [{guardian: g-mei}]\n");
    school.run();
    let explained = json(&school, "g-mei");
    let told = account(&explained, "reward", "g-mei");
    assert_eq!(told["verdict"], "do_not_contact");
    assert!(told["words"].as_str().unwrap().contains("kept back: do not contact"));

    let stopped = School::usual();
    stopped.run();
    stopped.command("contact stop g-mei", &[]);
    let explained = json(&stopped, "mei");
    let told = account(&explained, "reward", "g-mei");
    assert_eq!(told["verdict"], "unsubscribed", "today's rule");
    assert_eq!(told["messages"][0]["state"], "sent", "and what was sent before");
}

#[test]
fn the_schedule_of_a_notice_says_when_it_is_due_and_what_became_of_it() {
    let mut school = School::usual();
    school.config = school.config.replace("notice: reward,", "notice: reward, when: 'friday 15:00',");
    school.write();
    let explained = json(&school, "mei");
    let told = account(&explained, "reward", "mei");
    assert_eq!(told["occasions"][0], "reward, Friday 2026-03-13 15:00 UTC: not run by itself");
}

#[test]
fn words_for_a_parent_have_no_number_and_nobody_else() {
    let mut school = School::usual();
    school.config = school.config.replace("  - {notice: steady, to: [guardians, students]}\n", "");
    school.config.push_str("do_not_contact: [{guardian: g-mei}]\n");
    school.run();
    for (person, expected) in [
        ("mei", "A notice about Mei was sent for this week."),
        ("tom", "That is no bad sign."),
        ("g-mei", "The week was worth a notice about Mei, but none reached you."),
        ("g-tom", "No notice about Tom was sent for this week."),
        ("t1", "The report on your classes was sent."),
    ] {
        for language in ["en", "zh"] {
            let text = explain(&school, person, &format!("--plainly --language {language}")).stdout;
            assert!(!text.chars().any(|letter| letter.is_ascii_digit()), "{person}: {text}");
            assert!(!text.contains("explain."), "{person}: {text}");
            for other in ["Mei", "Tom", "Ana", "Pat"] {
                assert!(
                    !text.contains(other) || expected.contains(other) || person.ends_with(&other.to_lowercase()),
                    "{person}: {text}"
                );
            }
            assert!(language != "en" || text.contains(expected), "{person}: {text}");
        }
    }
}

#[test]
fn nobody_of_an_id_is_an_error_and_a_stranger_of_the_logs_is_told_as_one() {
    let mut school = School::usual();
    school.event("stranger", 3, "2026-03-03T10:00:00Z");
    school.write();
    let nobody = school.command("explain meii", &[]);
    assert_eq!(nobody.code, 2);
    assert!(
        nobody.stderr.contains("nobody of this id") && nobody.stderr.contains("did you mean `mei`?"),
        "{}",
        nobody.stderr
    );
    let text = explain(&school, "stranger", "").stdout;
    assert!(text.contains("acts in the logs and is not on the roster"), "{text}");
    assert!(explain(&school, "stranger", "--plainly").stdout.contains("not on the school’s list"));
}

#[test]
fn whoever_was_erased_is_told_so_and_nothing_is_claimed_about_them() {
    let school = School::usual();
    school.run();
    assert_eq!(school.command("person erase mei --confirm", &[]).code, 0);
    assert_eq!(account(&json(&school, "mei"), "reward", "g-mei")["verdict"], "erased");
    for person in ["mei", "g-mei"] {
        let text = explain(&school, person, "--plainly").stdout;
        assert!(text.starts_with("What the school held about this person was erased"), "{text}");
    }
}

#[test]
fn a_name_that_the_logs_use_finds_the_person() {
    let mut school = School::usual();
    school.config = school.config.replace("{oneroster: roster}", "{oneroster: roster, people_by: username}");
    school.users = school.users.replace(",student,mei,Mei", ",student,mei.zhou,Mei");
    school.events = school.events.replace(",mei,", ",mei.zhou,");
    school.run();
    let by_name = json(&school, "mei.zhou");
    assert_eq!(by_name["person"]["id"], "mei");
    assert_eq!(by_name, json(&school, "mei"), "the messages too");
    assert_eq!(account(&by_name, "reward", "mei")["messages"][0]["state"], "sent");
    assert_eq!(by_name["days"].as_array().unwrap().len(), 6);
}
