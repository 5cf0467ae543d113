//go:build !(linux || darwin || freebsd)

package main

// freeSpace is not known here.
func freeSpace(string) int64 { return 0 }
