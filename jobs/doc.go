// Package jobs is what the bot does without being asked.
//
// Mirror makes the corpus equal to the folders that the admins keep. A Reloader
// has it done, and the index brought up to date, for all who ask for it, one
// reload at a time: an admin, the Clock, or Watch, which sees that a folder has
// changed. Uploads takes files that admins give into the first of the folders.
//
// A Clock runs jobs by the minute or on a Schedule, in the zone of whoever asked for it.
// Digests finds the subscriptions that are due, has their digests composed, and
// puts them into the outbox of the ledger; a Deliverer for each platform sends
// what is there, and Recover sees to what a process that was killed had begun.
//
// A digest is due once however often it is looked for, and missed runs are one:
// the ledger's cursor is the memory, not the clock. A message is begun before it
// is sent and settled after, so it is sent at least once, or, where the operator
// wants it so and it is not known whether it has arrived, at most once.
package jobs
