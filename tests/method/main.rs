//! Claims about the method: the worked example, what must hold whatever the data, and the built-in sample beside the
//! study that it imitates.

mod example;
mod properties;
mod sample;
mod school;
