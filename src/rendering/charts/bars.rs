//! Things beside each other, one a line: bars from zero, dots around zero, parts of a whole.

use super::plane::{Margins, Plane, TEXT, Unit, from_zero};
use super::{Drawn, INK, MUTED, RULE, SERIES, SOFT, draw, fit, number};
use plotters::prelude::*;
use std::ops::Range;

/// Where a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Neither can be told.
    Plain,
    /// It rises.
    Up,
    /// It falls.
    Down,
}

/// A line: name, value, and what is written at its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// The name at the left.
    pub name: String,
    /// The value.
    pub value: f64,
    /// What is written beside it.
    pub label: String,
}

const LINE_PIXELS: u32 = 40;

/// The room for names at the left: a third of the page's width, nearly half of a narrow chart.
fn name_pixels(width: u32) -> u32 {
    if width > 1000 { width * 3 / 10 } else { width * 45 / 100 }
}

/// A name as long as its room.
fn cut(name: &str, width: u32) -> String {
    fit(name, name_pixels(width) - 24, TEXT)
}

fn size(width: u32, lines: usize, below: u32) -> (u32, u32) {
    (width, u32::try_from(lines.max(1)).unwrap_or(1) * LINE_PIXELS + below)
}

fn middle(line: usize, lines: usize) -> f64 {
    number(lines - line) - 0.5
}

/// Bars from zero with their values at the end, in the order given; the axis ends at `top` or at the largest value.
#[must_use]
pub fn ranking(bars: &[Bar], top: Option<f64>, width: u32) -> String {
    let margins = Margins { top: 6, bottom: 6, left: name_pixels(width), right: 110 };
    draw(size(width, bars.len(), 12), |area| {
        let across = top.map_or_else(|| from_zero(bars.iter().map(|bar| bar.value)), |top| 0.0..top);
        let plane = Plane::new(area, margins, across, 0.0..number(bars.len().max(1)));
        for (line, bar) in bars.iter().enumerate() {
            let y = middle(line, bars.len());
            plane.label((0.0, y), (-16, 12), "end", &cut(&bar.name, width))?;
            plane.area.draw(&Rectangle::new([(0.0, y - 0.3), (bar.value, y + 0.3)], SOFT.filled()))?;
            plane.label((bar.value, y), (12, 12), "start", &bar.label)?;
        }
        let axis = [(0.0, plane.y.start), (0.0, plane.y.end)];
        Ok(plane.area.draw(&PathElement::new(axis, MUTED.stroke_width(2)))?)
    })
}

/// A line of dots: a name, and for each series a value with its mark; none where there is nothing to tell.
#[derive(Debug, Clone, PartialEq)]
pub struct Dots {
    /// The name at the left.
    pub name: String,
    /// By series.
    pub values: Vec<Option<(f64, Mark)>>,
}

/// Dots around zero: a triangle up or down where there is a direction, else a ring. Several series have their own colours.
#[must_use]
pub fn dots(lines: &[Dots], series: &[String], range: Range<f64>, axis: &str, width: u32) -> String {
    let legend = if series.len() > 1 { 96 } else { 6 };
    let margins = Margins { top: legend, bottom: 90, left: name_pixels(width), right: 50 };
    draw(size(width, lines.len(), legend + 90), |area| {
        let plane = Plane::new(area, margins, range, 0.0..number(lines.len().max(1)));
        plane.widths(Unit::Plain, axis)?;
        plane.mark_width(0.0)?;
        plane.legend(series)?;
        for (line, own) in lines.iter().enumerate() {
            let y = middle(line, lines.len());
            plane.label((plane.x.start, y), (-16, 12), "end", &cut(&own.name, width))?;
            for (value, color) in own.values.iter().zip(SERIES) {
                let Some((value, mark)) = value else { continue };
                dot(&plane, (*value, y), *mark, if series.len() > 1 { color } else { INK })?;
            }
        }
        Ok(())
    })
}

fn dot(plane: &Plane<'_>, at: (f64, f64), mark: Mark, color: RGBColor) -> Drawn {
    match mark {
        Mark::Up => plane.area.draw(&TriangleMarker::new(at, 15, color.filled()))?,
        // A triangle that points down: the marker's size is its direction.
        Mark::Down => plane.area.draw(&TriangleMarker::new(at, -15, color.filled()))?,
        Mark::Plain => plane.area.draw(&Circle::new(at, 9, color.stroke_width(4)))?,
    }
    Ok(())
}

/// A whole in parts: a name and the count of each part.
#[derive(Debug, Clone, PartialEq)]
pub struct Stack {
    /// The name at the left.
    pub name: String,
    /// As many as there are names of parts.
    pub parts: Vec<usize>,
}

/// Bars of parts, each with its count.
#[must_use]
pub fn stacks(stacks: &[Stack], names: &[String], axis: &str, width: u32) -> String {
    let margins = Margins { top: 96, bottom: 90, left: name_pixels(width), right: 40 };
    let whole = stacks.iter().map(|stack| stack.parts.iter().sum::<usize>()).max().unwrap_or(0);
    draw(size(width, stacks.len(), 186), |area| {
        let plane = Plane::new(area, margins, from_zero([number(whole)].into_iter()), 0.0..number(stacks.len().max(1)));
        plane.widths(Unit::Plain, axis)?;
        plane.legend(names)?;
        for (line, stack) in stacks.iter().enumerate() {
            let y = middle(line, stacks.len());
            plane.label((0.0, y), (-16, 12), "end", &cut(&stack.name, width))?;
            let mut from = 0.0;
            for (part, color) in stack.parts.iter().zip(SERIES) {
                let to = from + number(*part);
                plane.area.draw(&Rectangle::new([(from, y - 0.36), (to, y + 0.36)], color.filled()))?;
                plane.area.draw(&PathElement::new([(to, y - 0.36), (to, y + 0.36)], RULE.stroke_width(3)))?;
                from = to;
            }
        }
        Ok(())
    })
}
