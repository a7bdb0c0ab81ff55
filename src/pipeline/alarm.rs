//! The alarm: what stopped a run, told to the administrators that config names. Planned outside prepare, which may be what
//! could not be done.

use super::administrators;
use super::prepare::{self, Workshop};
use super::run::Order;
use crate::config::{Config, Kind};
use crate::delivery::{Route, deliver};
use crate::hash::Digest;
use crate::ledger::{Ledger, Message};
use crate::problem::{Outcome, Problem, Problems};
use crate::rendering::alarm::{self, Halt};
use indicatif::ProgressBar;
use tokio::runtime::Runtime;

/// Tells the administrators what stopped a run: each different set of problems once a week.
pub(super) fn tell(
    order: &Order<'_>,
    runtime: &Runtime,
    ledger: &mut Ledger,
    problems: &Problems,
    halt: Halt,
) -> Outcome<()> {
    order.progress.finish_and_clear();
    let config = order.config;
    // An own template may be what is wrong, so an alarm never uses one.
    let workshop = &Workshop::open(&Config { templates: None, ..config.clone() })?;
    let week = order.asked.week(config);
    let subject = Digest::of(&[problems.to_string().as_bytes()]).short().to_string();
    let channel = &order.channel;
    let marks = ledger.marks().clone();
    let post = prepare::post(config, channel, &marks, order.asked.now);
    let messages = administrators::configured(config).map(|administrator| {
        let words = workshop.templates.words(&administrator.language);
        let command = halt.whole_command(&config.path, week);
        let context = alarm::alarm(words, &problems.0, week, &config.sender.name, &command, halt);
        let key = administrators::key(
            channel.name(),
            Kind::Alarm,
            &week.to_string(),
            String::new(),
            &administrator.id,
            &subject,
        );
        administrators::compose(workshop, &administrator, key, &context, week, &post)
    });
    let messages: Vec<Message> = messages.collect::<Outcome<_>>()?;
    let number = 0;
    runtime.block_on(async {
        ledger.plan(&messages, number, order.asked.now).await?;
        let (period, hidden) = (week.to_string(), ProgressBar::hidden());
        let kinds = &[Kind::Alarm];
        let route =
            Route { config, channel, period: &period, kinds, only: None, clock: &order.clock, progress: &hidden };
        let delivered = deliver(ledger, route).await?;
        let undelivered: Vec<Problem> = delivered.shortfalls().into_iter().chain(delivered.problems).collect();
        if undelivered.is_empty() { Ok(()) } else { Err(Problems(undelivered)) }
    })
}
