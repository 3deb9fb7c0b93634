//! The engine against real files and real Delta tables in temporary folders.

mod fixture;
mod read;
mod table;
