// Package learn fits the linear models of the retrieval core: which of several
// alternatives is right (Choose), and how likely something is (Logistic). Both
// are logistic models with a quadratic penalty, fitted by Newton's method,
// which for a dozen features and some ten thousand rows takes a second and
// always ends in the same weights. Nothing of the product runs it: the weights
// that it found are constants in package index.
package learn
