//! Bytes to meaning: feeds and listings to entries, pages to articles, live pages to posts and to
//! what happened to them, robots.txt to rules, answers to what
//! stands in their way, a page to where its site may list news. Pure: a reader opens nothing, and bad input gives
//! what is good in it, with remarks.

pub mod article;
pub mod discover;
pub mod feed;
pub mod listing;
pub mod live;
pub mod robots;
pub mod wall;
