//go:build race

package jobs

// raceDetector says that the race detector runs, which makes a transaction cost
// ten times as much.
const raceDetector = true
