//go:build race

package main

// raceDetector says that the race detector runs, which makes a question cost
// ten times what it does otherwise.
const raceDetector = true
