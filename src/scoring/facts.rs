//! Facts: one row per person and local day; counted, not judged (METHOD section 2).
//!
//! polars' lazy engine does the work: neighbours in the canonical order are a shift, the class that somebody is in is a
//! forward fill, and no window function or second sort is needed, because intake delivers the order.

use crate::calendar::{Zone, zone::offsets_between};
use crate::config::{ActiveBy, Method};
use crate::intake::{Action, Activity, Order, Roster};
use chrono::NaiveDate;
use polars::prelude::*;

/// What one person did on one local day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// Index into the roster's people.
    pub person: usize,
    /// The local day.
    pub day: NaiveDate,
    /// Events of kind 3.
    pub logins: u32,
    /// Log ins, enters and answers.
    pub actions: u32,
    /// Online time in microseconds.
    pub online: i64,
    /// The part of it in class.
    pub in_class: i64,
    /// Answers.
    pub answers: u32,
    /// Right ones among them.
    pub correct: u32,
    /// Whether the person was a member in the week of the day; sums are over members only.
    pub member: bool,
}

impl Fact {
    /// Whether the person was active on the day.
    #[must_use]
    pub fn is_active(&self, active_by: ActiveBy) -> bool {
        match active_by {
            ActiveBy::Action => self.actions > 0,
            ActiveBy::Login => self.logins > 0,
        }
    }
}

const MINUTE_MICROSECONDS: f64 = 60e6;
const DAY_MICROSECONDS: i64 = 86_400_000_000;
/// In the column of the class that somebody is in: in none.
const NOT_IN_CLASS: u32 = u32::MAX;

/// Microseconds as minutes: summed whole, divided once.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "2^53 microseconds are 285 years")]
pub fn minutes(microseconds: i64) -> f64 {
    microseconds as f64 / MINUTE_MICROSECONDS
}

#[expect(clippy::cast_possible_truncation, reason = "config allows at most a day")]
fn microseconds(minutes: f64) -> i64 {
    (minutes * MINUTE_MICROSECONDS).round() as i64
}

/// Whether anybody logged in before an instant, in microseconds.
#[must_use]
pub fn has_log_ins(activity: &Activity, before: i64) -> bool {
    activity.actions.iter().any(|action| action.order == Order::LogIn && action.time < before)
}

/// So many actions are counted at once: enough for both cores, and little beside all that there are.
const PART: usize = 1 << 20;

/// The actions of the roster's people in parts, each of whole people.
pub fn parts<'a>(activity: &'a Activity, roster: &Roster) -> impl Iterator<Item = &'a [Action]> {
    let known = activity.actions.partition_point(|action| (action.person as usize) < roster.people.len());
    let mut rest = &activity.actions[..known];
    std::iter::from_fn(move || {
        let last = rest.get(PART.min(rest.len().checked_sub(1)?))?.person;
        let (part, others) = rest.split_at(rest.partition_point(|action| action.person <= last));
        rest = others;
        Some(part)
    })
}

/// Actions as a frame: person, time, order, thing, correct, zone (its code for each organization); in canonical order.
///
/// # Errors
/// polars cannot hold the columns.
pub fn stream(actions: &[Action], roster: &Roster, codes: &[u32]) -> PolarsResult<DataFrame> {
    let zone_of = |action: &Action| codes[roster.people[action.person as usize].organization];
    let columns = vec![
        column("person", actions, |action| action.person),
        column("time", actions, |action| action.time),
        column("order", actions, |action| action.order as u32),
        column("thing", actions, |action| action.thing),
        column("correct", actions, |action| u32::from(action.correct)),
        column("zone", actions, zone_of),
    ];
    DataFrame::new(actions.len(), columns)
}

fn column<T>(name: &str, actions: &[Action], value: impl Fn(&Action) -> T) -> Column
where
    Series: NamedFromOwned<Vec<T>>,
{
    Series::from_vec(name.into(), actions.iter().map(value).collect::<Vec<T>>()).into()
}

/// Person and local day as one number, which groups and sorts faster than two columns: times are plausible, so a day since
/// 1970 needs 16 bits.
const DAYS: i64 = 1 << 16;

/// Counts what [`stream`] gives: `person_day` (the person times 2^16 and the local day since 1970), logins, actions, online,
/// `in_class` (microseconds), answers, correct; days on which nothing counts are left out.
pub fn tally(stream: LazyFrame, zones: &[Zone], span: (i64, i64), method: &Method) -> LazyFrame {
    let counts = |name: &str, condition: Expr| condition.cast(DataType::UInt32).alias(name);
    let order = |order: Order| lit(order as u32);
    let in_class =
        when(col("class").neq(lit(NOT_IN_CLASS))).then(col("online")).otherwise(lit(0).cast(DataType::Int64));
    stream
        .with_columns([in_class_of(), local_time(zones, span).alias("local")])
        .with_columns([online(method).alias("online"), person_day().alias("person_day")])
        .with_columns([
            counts("logins", col("order").eq(order(Order::LogIn))),
            counts("actions", col("order").gt_eq(order(Order::LogIn))),
            counts("answers", col("order").eq(order(Order::Answer))),
            in_class.alias("in_class"),
        ])
        .group_by([col("person_day")])
        .agg(["logins", "actions", "online", "in_class", "answers", "correct"].map(|name| col(name).sum()))
        .filter(col("actions").gt(lit(0)).or(col("online").gt(lit(0))))
        .sort(["person_day"], SortMultipleOptions::default())
}

/// Plausible times lie after 1970, so dividing cuts towards the day's beginning.
fn person_day() -> Expr {
    let wide = |number: i64| lit(number).cast(DataType::Int64);
    col("person").cast(DataType::Int64) * wide(DAYS) + col("local") / wide(DAY_MICROSECONDS)
}

/// The class that somebody is in from each action on: that of the last enter, unless an exit, log in or log out came
/// after it. An answer changes nothing, so it takes over what was before it.
fn in_class_of() -> Expr {
    let first_of_person = col("person").neq_missing(col("person").shift(lit(1)));
    let answer = col("order").eq(lit(Order::Answer as u32));
    when(answer.and(first_of_person.not()))
        .then(lit(NULL).cast(DataType::UInt32))
        .when(col("order").eq(lit(Order::Enter as u32)))
        .then(col("thing"))
        .otherwise(lit(NOT_IN_CLASS))
        .fill_null_with_strategy(FillNullStrategy::Forward(None))
        .alias("class")
}

/// The online time of the step that begins with each action, in microseconds (METHOD section 2).
fn online(method: &Method) -> Expr {
    let limit = |minutes: f64| lit(microseconds(minutes));
    let next = |name: &str| col(name).shift(lit(-1));
    let step = next("time") - col("time");
    let last_of_person = next("person").neq_missing(col("person"));
    let closed_by_log_out = next("order").eq(lit(Order::LogOut as u32));
    let left_the_class = next("order").eq(lit(Order::Exit as u32)).and(next("thing").eq(col("class")));
    let session = limit(method.session_minutes);
    let nothing = lit(0_i64);
    when(last_of_person.or(col("order").eq(lit(Order::LogOut as u32))))
        .then(nothing.clone())
        .when(step.clone().lt_eq(limit(method.idle_minutes)))
        .then(step.clone())
        .when(closed_by_log_out.or(left_the_class))
        .then(when(step.clone().lt(session.clone())).then(step).otherwise(session))
        .otherwise(nothing)
}

/// Local time: the instant plus the offset of its zone, from the few changes of offset within the data's span.
fn local_time(zones: &[Zone], span: (i64, i64)) -> Expr {
    // A bare literal takes the narrowest type that holds it, so offsets say that they are 64 bits wide.
    let microseconds = |offset: &i64| lit(offset * 1_000_000).cast(DataType::Int64);
    let of_zone = |zone: Zone| {
        let offsets = offsets_between(zone, span.0, span.1);
        let first = microseconds(offsets.first().map_or(&0, |(_, offset)| offset));
        offsets.iter().skip(1).fold(first, |before, (from, offset)| {
            when(col("time").lt(lit(*from))).then(before).otherwise(microseconds(offset))
        })
    };
    let code = |index: usize| lit(u32::try_from(index).unwrap_or(u32::MAX));
    let offsets = zones.iter().map(|zone| of_zone(*zone)).enumerate();
    let offset = offsets
        .reduce(|(_, others), (index, own)| (index, when(col("zone").eq(code(index))).then(own).otherwise(others)));
    col("time") + offset.map_or_else(|| microseconds(&0), |(_, offset)| offset)
}

/// The counted days of the roster's students and teachers, as rows.
///
/// # Errors
/// The frame is not what [`tally`] gives.
pub fn rows(frame: &DataFrame, roster: &Roster, calendar: &crate::calendar::SchoolCalendar) -> PolarsResult<Vec<Fact>> {
    let number = |name: &str| Ok::<_, PolarsError>(frame.column(name)?.u32()?.into_no_null_iter());
    let long = |name: &str| Ok::<_, PolarsError>(frame.column(name)?.i64()?.into_no_null_iter());
    let person_days = long("person_day")?;
    let counts = number("logins")?.zip(number("actions")?).zip(number("answers")?).zip(number("correct")?);
    let times = long("online")?.zip(long("in_class")?);
    let all = person_days.zip(counts).zip(times).filter_map(
        |((person_day, (((logins, actions), answers), correct)), (online, in_class))| {
            let day = NaiveDate::from_epoch_days(i32::try_from(person_day % DAYS).ok()?)?;
            let person = usize::try_from(person_day / DAYS).ok()?;
            let known = &roster.people[person];
            let member = known.is_member_in(calendar.week_of(day));
            let fact = Fact { person, day, logins, actions, online, in_class, answers, correct, member };
            (known.active && known.role.is_member()).then_some(fact)
        },
    );
    Ok(all.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_zone_has_its_own_local_time() {
        let zones = [chrono_tz::Europe::Rome, chrono_tz::America::Sao_Paulo, chrono_tz::Asia::Karachi];
        let time = 1_759_792_843_000_000_i64;
        let frame = df!("time" => [time; 3], "zone" => [0_u32, 1, 2]).unwrap();
        let local = frame.lazy().select([local_time(&zones, (time, time + 1)).alias("local")]).collect().unwrap();
        let local: Vec<i64> = local.column("local").unwrap().i64().unwrap().into_no_null_iter().collect();
        assert_eq!(local.iter().map(|l| (l - time) / 3_600_000_000).collect::<Vec<_>>(), [2, -3, 5]);
    }
}
