//! An explanation without numbers, to be read to a parent: what was told and why, and that silence is no bad sign.
//!
//! Asked about a child, it says nothing of what single guardians chose; asked about a guardian, it speaks of theirs.

use crate::pipeline::explain::{Explained, Explanation};
use crate::rendering::Words;

/// The paragraphs.
pub(super) fn paragraphs(explanation: &Explanation, words: &Words) -> Vec<String> {
    let role = explanation.person.role;
    match role {
        Some("student") => {
            let praises: Vec<&Explained> = explanation.notices.iter().filter(|n| n.kind != "teacher_report").collect();
            about_child(&praises, &explanation.person.name, words, false)
        }
        Some("guardian") => of_guardian(explanation, words),
        Some("teacher") => explanation.notices.iter().map(|notice| words.word(report(notice))).collect(),
        Some(_) => vec![words.word("explain.administrator")],
        None => vec![words.word("explain.stranger")],
    }
}

fn of_guardian(explanation: &Explanation, words: &Words) -> Vec<String> {
    let mut children: Vec<&str> = explanation.notices.iter().map(|notice| notice.subject.as_str()).collect();
    children.dedup();
    let mut paragraphs = Vec::new();
    for child in children {
        let own: Vec<&Explained> = explanation.notices.iter().filter(|notice| notice.subject == child).collect();
        let name = own.first().map_or(child, |notice| notice.about.as_str());
        paragraphs.extend(about_child(&own, name, words, true));
    }
    if paragraphs.is_empty() { vec![words.word("explain.no_child")] } else { paragraphs }
}

fn about_child(notices: &[&Explained], child: &str, words: &Words, is_own: bool) -> Vec<String> {
    let say = |key: &str| words.say(&format!("explain.{key}"), &[("child", child)]);
    if notices.iter().any(|notice| notice.verdict == "erased") {
        return vec![words.word("explain.erased")];
    }
    let arrived = |notice: &&&Explained| notice.messages.iter().any(|message| message.state == "sent");
    let open = |notice: &&&Explained| {
        notice.messages.iter().any(|message| matches!(message.state, "planned" | "sending" | "unknown"))
    };
    if let Some(notice) = notices.iter().find(arrived) {
        return vec![say("sent"), say(&format!("why.{}", notice.kind)), say("no_ranking")];
    }
    if let Some(notice) = notices.iter().find(open) {
        return vec![say("open"), say(&format!("why.{}", notice.kind)), say("no_ranking")];
    }
    let earned = notices.iter().find(|notice| !NOT_EARNED.contains(&notice.verdict));
    if let Some(notice) = earned {
        let reason = if is_own { own_reason(notice) } else { "family" };
        return vec![say("held"), say(&format!("held.{reason}"))];
    }
    vec![say("none"), say(&format!("none.{}", silence(notices))), say("no_ranking")]
}

/// What the rules say of a week that earned nothing.
const NOT_EARNED: [&str; 7] =
    ["not_scheduled", "not_member", "no_week", "not_active", "not_earned", "other_praise", "not_told"];

/// Why a week has no notice.
fn silence(notices: &[&Explained]) -> &'static str {
    let says = |verdict: &str| notices.iter().any(|notice| notice.verdict == verdict);
    if notices.is_empty() || notices.iter().all(|notice| notice.verdict == "not_scheduled") {
        "not_scheduled"
    } else if says("not_member") {
        "not_member"
    } else if says("no_week") || says("not_active") {
        "no_activity"
    } else if says("not_told") {
        "too_early"
    } else {
        "usual"
    }
}

/// Why a guardian got no mail about a week that earned one.
fn own_reason(notice: &Explained) -> &'static str {
    match notice.verdict {
        "no_address" | "no_such_address" => "address",
        "unsubscribed" | "complained" => "unsubscribed",
        "not_accepted" => "not_accepted",
        "of_age" => "of_age",
        "same_address" => "same_address",
        _ => "other",
    }
}

fn report(notice: &Explained) -> &'static str {
    let is = |states: &[&str]| notice.messages.iter().any(|message| states.contains(&message.state));
    if is(&["sent"]) {
        "explain.report.sent"
    } else if is(&["planned", "sending", "unknown"]) {
        "explain.report.open"
    } else if notice.verdict == "no_classes" {
        "explain.report.no_classes"
    } else {
        "explain.report.none"
    }
}
