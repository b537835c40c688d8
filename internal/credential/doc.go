// Package credential is the client's half of package auth: it answers what other
// servers and proxies ask in WWW-Authenticate, Proxy-Authenticate and the challenges
// of MMS, with NTLM, Digest (RFC 7616, MD5 and SHA-256) or Basic (RFC 7617), the first
// of these that is offered. It knows no network: a Client carries the headers.
//
// A Book says who logs in where, a Peer is one server with what it has asked so far,
// and a Conn is one connection to it, which NTLM proves as a whole. A password that a
// server refuses is sent to it once: the Book keeps it back then for HoldOff.
package credential
