//! Bytes to meaning: feeds and listings to entries, pages to articles, robots.txt to rules, answers to what
//! stands in their way. Pure: a reader opens nothing, and bad input gives what is good in it, with remarks.

pub mod article;
pub mod feed;
pub mod listing;
pub mod robots;
pub mod wall;
