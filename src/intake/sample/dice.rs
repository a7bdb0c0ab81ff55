//! Named streams of chance.
//!
//! Every person, school and file draws from a stream of its own, so that a change to one of them
//! leaves the others as they were. Draws are made from whole numbers here and not by the helpers of
//! `rand`, whose results may change between its versions: the sample's bytes are part of our tests.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// One stream of chance.
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream called `name` of the thing with this number.
    pub fn new(seed: u64, name: &str, number: u32) -> Self {
        let mut stream = ChaCha8Rng::seed_from_u64(seed);
        stream.set_stream(fingerprint(name, number));
        Self(stream)
    }

    /// At least 0 and below 1.
    pub fn unit(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    /// True in this share of all draws.
    pub fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// 0 to `end - 1`; 0 if `end` is 0.
    pub fn below(&mut self, end: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(end)) >> 32) as u32
    }

    /// A position in a list of this length.
    pub fn index(&mut self, len: usize) -> usize {
        self.below(u32::try_from(len).unwrap_or(u32::MAX)) as usize
    }

    /// One of the items; the type's default if there are none.
    pub fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        items.get(self.index(items.len())).copied().unwrap_or_default()
    }

    /// Nearly normal, mean 0 and deviation 1: the sum of four even draws, without a function that
    /// differs by platform.
    pub fn normal(&mut self) -> f64 {
        (self.unit() + self.unit() + self.unit() + self.unit() - 2.0) * 1.732_050_807_568_877_2
    }

    /// A whole number next to `x`, whose mean is `x`.
    pub fn rounded(&mut self, x: f64) -> u32 {
        whole(x + self.unit())
    }
}

/// The whole part of a number; 0 if it is negative.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, which is what is wanted"
)]
pub fn whole(x: f64) -> u32 {
    x as u32
}

/// The logistic function: a chance from logits.
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// FNV-1a of the name and the number.
fn fingerprint(name: &str, number: u32) -> u64 {
    name.bytes()
        .chain(number.to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
