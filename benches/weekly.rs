//! What a week costs: reading and scoring at the size of the study, one document of each kind, one mail.
//!
//! `cargo bench` measures wall time; the work of each bench runs on one core but for reading, which uses all.

use criterion::{Criterion, criterion_group, criterion_main};
use plaudit::config;
use plaudit::delivery::Channel;
use plaudit::ledger::{Known, Marks};
use plaudit::notices::Notice;
use plaudit::notices::Scope;
use plaudit::pipeline::prepare::{Waived, Workshop, post, prepare};
use plaudit::pipeline::{self, Asked};
use plaudit::rendering::study::Study;
use plaudit::rendering::{Group, Press, Writer};
use std::hint::black_box;

const CONFIG: &str = "sender: {name: R, address: r@example.org}
time_zone: Asia/Shanghai
week_start: sunday
sources: {sample: {seed: 1, last_day: 2019-03-02}}
schedules:
  - {notice: teacher_report, to: [teachers]}
  - {notice: reward, to: [guardians, students]}
";

fn asked() -> Asked {
    let now = chrono::DateTime::parse_from_rfc3339("2019-03-04T06:00:00Z").expect("a time").to_utc();
    Asked { day: "2018-12-16".parse().ok(), from: None, now }
}

fn weekly(criterion: &mut Criterion) {
    let folder_of_sample = tempfile::tempdir().expect("a folder");
    let spec = plaudit::intake::sample::Spec { seed: 1, last_day: "2019-03-02".parse().expect("a date") };
    for file in plaudit::intake::sample::files(&spec) {
        plaudit::disk::write(&folder_of_sample.path().join(file.name), &file.bytes).expect("written");
    }
    let files = CONFIG.replace(
        "{sample: {seed: 1, last_day: 2019-03-02}}",
        "{roster: {oneroster: roster}, events: [{csv: events.csv}], answers: [{csv: answers.csv}]}",
    );
    let config = config::parse(&folder_of_sample.path().join("config.yaml"), &files).expect("right");
    criterion.bench_function("load and score at study scale", |bench| {
        bench.iter(|| {
            let read = pipeline::read(&config, &asked()).expect("readable");
            let facts = pipeline::count(&read).expect("countable");
            black_box(pipeline::score(&read, &facts, None))
        });
    });

    let (workshop, now) = (Workshop::open(&config).expect("templates"), asked().now);
    let read = pipeline::read(&config, &asked()).expect("readable");
    let prepared =
        prepare(read, &Known::default(), &Scope::whole(&config, None), Waived::default(), now).expect("decided");
    let names = prepared.names(&workshop);
    let (channel, marks) = (Channel::of(&config, None).expect("a channel"), Marks::default());
    let post = post(&config, &channel, &marks, now);
    let (press, writer) = (prepared.press(&workshop, None, post), prepared.writer(&names, &workshop));
    let notices = &prepared.decisions.notices;
    let teacher = notices.iter().filter(|notice| notice.student().is_none());
    let family = notices.iter().filter(|notice| notice.student().is_some());
    document(
        criterion,
        "teacher report, mail included",
        &press,
        &writer,
        &teacher.take(40).cloned().collect::<Vec<_>>(),
    );
    study(criterion, &writer, &workshop);
    document(criterion, "family note, mail included", &press, &writer, &family.take(40).cloned().collect::<Vec<_>>());
}

/// The study of all organizations: written, drawn and typeset from scores that are there.
fn study(criterion: &mut Criterion, writer: &Writer<'_>, workshop: &Workshop) {
    let study = Study { writer: *writer, glimpses: &[], rejects: &[], zone: chrono_tz::UTC, preset: "weekly" };
    criterion.bench_function("study, charts and PDF included", |bench| {
        bench.iter(|| {
            let paper = study.of_all().manuscript(writer.words, workshop.typesetter.fonts());
            black_box(workshop.typesetter.set(&paper))
        });
    });
}

/// One document after the other, so that no cache of typst's helps.
fn document(criterion: &mut Criterion, name: &str, press: &Press<'_>, writer: &Writer<'_>, notices: &[Notice]) {
    let groups: Vec<Group<'_>> = press.groups(notices);
    let mut next = groups.iter().cycle();
    criterion.bench_function(name, |bench| {
        bench.iter(|| black_box(press.print(writer, next.next().expect("some group"))));
    });
}

criterion_group!(benches, weekly);
criterion_main!(benches);
