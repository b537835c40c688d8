// Package msbd implements the server and client sides of the Media Stream
// Broadcast Distribution protocol [MS-MSBD]: Server gives a broadcast point to
// other servers, Client gets what a server or an encoder distributes.
//
// The wire files (message.go, connect.go, stream_info.go, packet.go, reader.go)
// are pure functions on bytes: they know no network, no clock and no goroutine.
//
// A message MSB_MSG_REQ_CONNECT has the body ConnectRequest here, RES_CONNECT is
// ConnectResponse, IND_STREAMINFO and RES_STREAMINFO are StreamInfo, IND_PACKET
// is an msb.Packet; the others have no body.
package msbd
