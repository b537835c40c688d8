// Package arch holds the rule by which imports run one way, as tests: the table
// of what each package may import, and what the wire files of a protocol
// package may use. It has no code of its own that anything runs.
//
// The table speaks of what a package is built from; what its tests import is
// not held against it.
package arch
