//! The page, as a browser gets it.

mod browser;
mod pages;
mod scene;
mod using;
