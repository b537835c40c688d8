package mms

import (
	"bytes"
	"math"
	"strings"

	"caracal/asf"
	"caracal/internal/head"
)

// The quirks: what real players do that [MS-MMSP] does not say. Each is a named
// rule with the player that needs it; docs/protocols/mms.md lists them with
// their tests. Others live where they are parsed: the incarnation of FFmpeg's
// FunnelInfo in packet_pair.go, libmms's packet numbers and the frame offsets of
// all four in position.go, escaped names in file_path.go, and what counts as
// live in mac_open_file.go.

// openFileID is the File-ID of whatever is open: FFmpeg and MPlayer write 1
// without looking, and VLC refuses all but 1 and 2.
const openFileID = 1

const (
	playerToken = "NSPlayer"

	// oldHeader is the longest header that old players have room for, bytes:
	// MPlayer and xine read it into a buffer of 8 KiB, libmms into one of 16.
	oldHeader = 8 << 10
)

// isOld says whether a player is of before Windows Media 9. FFmpeg, libmms, VLC,
// MPlayer and xine all call themselves NSPlayer/7.0.0.1956.
func isOld(a head.Agent) bool { return a.Is(playerToken) && !a.AtLeast(9, 0) }

// headerFor returns the ASF file header as a player can take it: it ends in 01
// 01, which MPlayer looks for, and has for an old player only what it needs if
// it would be too long.
func headerFor(a head.Agent, header []byte) []byte {
	if n := len(header); n >= asf.DataHeadSize && !bytes.HasSuffix(header, []byte{1, 1}) {
		header = append(bytes.Clone(header[:n-2]), 1, 1)
	}
	if isOld(a) {
		header = asf.TrimHeader(header, oldHeader)
	}
	return header
}

// selectsAll says whether a player that has sent no StreamSwitch gets every
// stream. The specification grants that to Windows Media Services 4, 3.2.5.11;
// players of the time of version 4 to 6, and those that are no Windows Media
// Player, do not know better either.
func selectsAll(s *Subscriber, a head.Agent) bool {
	return s.IsServices4() || !a.Is(playerToken) || !a.AtLeast(7, 0)
}

// knowsRedirect says whether a player knows ReportRedirect: Windows Media Player
// 6 and Windows Media Services 4 do not.
func knowsRedirect(a head.Agent) bool { return a.Is(playerToken) && a.AtLeast(7, 0) }

// seeks says whether a StartPlaying for what streams already says where to go
// on. The specification has its position ignored, 3.2.5.11, but libmms seeks by
// it; Windows Media Player says StopPlaying first.
func seeks(p *Position) bool {
	return p.Position != math.MaxFloat64 || says(p.LocationID) || says(p.ASFOffset)
}

// withoutPreroll turns the time, in ms, of a StartPlaying for what streams
// already into one of the content: libmms, which alone sends that, counts the
// preroll.
func (p *player) withoutPreroll(ms int64) int64 {
	return max(ms-int64(p.entry.Info().Preroll), 0)
}

// vlcGUID is what VLC's GUID begins with; the rest is random.
const vlcGUID = "0xbabac001-"

// takesTCP says whether a player that asks for UDP reads data packets that come
// over TCP as well. VLC does, and knows nothing else to do where there is no UDP:
// when it is refused, mmsu:// fails.
func takesTCP(a head.Agent) bool { return strings.HasPrefix(a.GUID, vlcGUID) }
