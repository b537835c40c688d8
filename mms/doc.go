// Package mms implements the server and client sides of the Microsoft Media
// Server protocol [MS-MMSP]: Server publishes content, Client asks a server what
// a URL has and streams it.
//
// The wire files (tcp_message_header.go, viewer_*.go, mac_*.go, data.go,
// resend.go and so on) are pure functions on bytes: they know no network, no
// clock and no goroutine.
//
// The specification calls the client Viewer and the server Mac. A message
// LinkViewerToMacX is the type X here, LinkMacToViewerX is X as well: all 28
// names are different.
package mms
