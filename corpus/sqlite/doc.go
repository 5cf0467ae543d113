// Package sqlite opens the program's SQLite databases and takes turns in
// writing to them. It knows nothing of what is stored: each database has a
// package of its own, with its migrations and its SQL.
//
// Readers are never blocked by a writer. Writers of one DB wait for each other
// in Go, as long as their contexts allow, where SQLite would poll and give up.
// A change is on the disk when the call that made it returns: it survives the
// loss of power, not only the end of the process. Snapshot and Copy make a copy
// of a database that is being written to.
package sqlite
