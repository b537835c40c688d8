// Package interop plays the server to programs that other people wrote:
// FFmpeg, VLC, MPlayer and libmms over MMS streaming on HTTP, curl over plain
// HTTP. It has no code of its own that anything runs.
//
// The tests build cmd/caracal, make clips with scripts/clips.sh, start the
// program on a free port and hold what arrives against the clips: byte for byte
// where a player stores what it gets, and every frame's hash where it decodes.
// What the bytes should be is worked out here from the clip alone, without
// package asf, so that the tests are a referee and not a mirror.
//
// scripts/deps.sh installs the players. Tests that capture on the loopback
// interface need root or CAP_NET_RAW; that of the rollover needs a right to the
// ports below 1024.
package interop
