package main

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// kind is one way to be a client.
type kind struct {
	// play goes from the connect to the end of the stream, which is no error.
	play  func(context.Context, *client) error
	port  string // for URLs without one
	files int    // descriptors that a client needs
	mute  bool   // nothing is received: who is connected has all it wants
}

var kinds = map[string]kind{
	"http":  {play: playHTTP, port: "80", files: 1},
	"mmsh":  {play: playMMSH, port: "80", files: 1},
	"mmst":  {play: playMMST, port: "1755", files: 1},
	"mmsu":  {play: playMMSU, port: "1755", files: mmsuFiles},
	"rtsp":  {play: playRTSP, port: "554", files: 1},
	"rtspu": {play: playRTSPU, port: "554", files: rtspFiles},
	"idle":  {play: playIdle, port: "80", files: 1, mute: true},
}

// kindNames lists the table and the two kinds that flags.go makes of mmsh.
func kindNames() string {
	names := slices.AppendSeq([]string{"stall", "storm"}, maps.Keys(kinds))
	slices.Sort(names)
	return strings.Join(names, ", ")
}
