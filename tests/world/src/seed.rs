//! Dice: splitmix64 (Steele, Lea, Flood 2014), the smallest generator that passes the usual batteries. Its whole
//! state is one number, so "the dice of article 17" is a value and not a place in a stream.

/// A generator of numbers, all of them determined by its seed.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The dice of a thing, named by its numbers; a different name gives unrelated dice.
    pub(crate) fn of(names: &[u64]) -> Dice {
        Dice(names.iter().fold(0x9E37_79B9_7F4A_7C15, |state, name| mix(state ^ mix(*name))))
    }

    /// The next 64 bits.
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number below `bound`, which is not zero. The bias of the remainder is below 2^-40 for the bounds here.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.roll() % bound
    }

    /// A number of `low..=high`.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True in about `share` of the rolls.
    pub(crate) fn chance(&mut self, share: f64) -> bool {
        let high = u32::try_from(self.roll() >> 32).expect("32 bits are left");
        f64::from(high) < share * f64::from(u32::MAX)
    }

    /// One of `choices`, which are not empty.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let len = u64::try_from(choices.len()).expect("lengths fit");
        &choices[usize::try_from(self.below(len)).expect("an index fits")]
    }
}

/// The output function of splitmix64; also a good 64-bit mixer on its own.
pub(crate) fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}
