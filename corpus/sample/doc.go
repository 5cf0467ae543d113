// Package sample is the embedded default corpus: short news articles in
// Vietnamese on public facts of Hà Nội from 2021 to 2024, and ten questions
// that they answer. It is what the program knows when no folder is given, so
// that the first run answers at once.
//
// The authors of this project wrote every article in their own words, for
// this project. No newspaper published them: their outlet and author name the
// project, their dates are those of the events, and they have no address. They
// are the project's own and free to use, change and pass on, for any purpose.
package sample
