// Package rtsp implements the server and client sides of the Real-Time
// Streaming Protocol with the Windows Media Extensions [MS-RTSP].
//
// The wire files (message.go, header_transport.go, sdp.go, payload.go and so
// on) are pure functions on bytes: they know no network, no clock and no
// goroutine.
package rtsp
