// Package auth knows who somebody is and decides what he may do: the Guard holds
// the rules of the listeners and the points, a Dialogue proves identities over
// protocols with headers (HTTP, RTSP), and an Exchange does so by tokens (MMS, and
// the connection-bound schemes beneath a Dialogue).
//
// A front-end makes an Ask of what a peer wants and has it judged: by a Dialogue
// if the protocol has Authorization headers, else by Guard.Decide, and when that
// says Prove by an Exchange of Guard.Try and Guard.Decide again with whom that found.
package auth
