// Package jobs is what the bot does without being asked. Mirror makes the
// corpus equal to the folders that the admins keep.
package jobs
