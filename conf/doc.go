// Package conf holds conferences: who is in them, what is said, the files, the
// whiteboard, the floor and the conductor, whatever protocol a member speaks.
//
// A front-end joins for each of its peers and gets a Member and a Snapshot. The
// Member's methods are its orders; Poll or Next yield what happens after the
// Snapshot, in the conference's one order. Applying those events to the Snapshot
// gives the state that everybody has.
//
// Each conference has one mutex, under which nothing waits: an order is judged,
// queued for the store, applied and put into the log in one step. The log is one ring
// that all members read with a cursor of their own, so that a line to a thousand
// members is written once. A member who is too slow for the ring is told (ErrBehind)
// and takes another Snapshot. Events are numbered without gaps; a member does not see
// those that whisper to others. What is made is named by the number of the event
// that made it: lines, files and objects.
//
// What is said to all, stored files and objects of the whiteboard are kept in the
// store; a change is in a transaction some milliseconds after it happened, a file
// before it is announced. Whispers are in memory only.
package conf
