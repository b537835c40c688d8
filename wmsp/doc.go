// Package wmsp implements the server and client sides of the Windows Media
// HTTP Streaming Protocol [MS-WMSP].
//
// The protocol is HTTP 1.0 or 1.1 with its own Pragma tokens; the body of a
// reply is a row of framed packets. The wire files (frame.go, pragma.go,
// request.go and so on) are pure functions on bytes: they know no network, no
// clock and no goroutine.
package wmsp
