// Package jobs is what the bot does without being asked. Mirror makes the
// corpus equal to the folders that the admins keep. A Schedule says when
// something is due, in the zone of whoever asked for it, and a Clock runs jobs
// by the minute.
package jobs
