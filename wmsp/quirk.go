package wmsp

import (
	"bytes"
	"strings"

	"caracal/asf"
	"caracal/internal/head"
)

// The quirks: what real players do that [MS-WMSP] does not say. Each is a
// named rule with the player that needs it; docs/protocols/wmsp.md lists them
// with their tests. Others live where they are parsed: the malformed
// stream-time line of FFmpeg in pragma.go, status lines without a reason in
// response.go, frames without the B bit in frame.go.

// decimalStreams says whether a request's stream numbers are decimal. The
// specification wants hexadecimal; FFmpeg, libmms and VLC write decimal,
// MPlayer hexadecimal with the others' identity. Below 10 there is no
// difference. Above, the reading that only names streams of the content wins,
// and if both do, the former list every stream, which MPlayer does not.
func decimalStreams(r *Request, h *asf.Header) bool {
	hex, err1 := r.Pragma.Switches(false)
	dec, err2 := r.Pragma.Switches(true)
	switch {
	case err2 != nil || err1 == nil && namesStreams(hex, h) && !namesStreams(dec, h):
		return false
	case err1 != nil || namesStreams(dec, h) && !namesStreams(hex, h):
		return true
	}
	return (isLibmms(r) || isVLC(r.Agent)) && len(dec) == len(h.Streams())
}

func namesStreams(list []Switch, h *asf.Header) bool {
	for _, s := range list {
		if s.To > maxStream || h.Stream(uint8(s.To)) == nil {
			return false
		}
	}
	return true
}

// libmmsGUID is what libmms, FFmpeg and MPlayer say in the place of a random
// xClientGUID; their NSPlayer/4.1.0.3856 is Windows Media Player 6.4's own.
const libmmsGUID = "{c77e7400-738a-11d2-9add-0020af0a3278}"

func isLibmms(r *Request) bool { return strings.EqualFold(r.Pragma.ClientGUID, libmmsGUID) }

// isVLC tells VLC by a version that Windows Media Player never had.
func isVLC(a head.Agent) bool { return a.Is(TokenPlayer) && a.Major == 7 && a.Minor == 10 }

// offsetFromData says whether a stream-offset counts from the first packet
// and not from the beginning of the file: VLC does that.
func offsetFromData(agent head.Agent, off, dataOffset, packetSize int64) bool {
	fromFile := off >= dataOffset && (off-dataOffset)%packetSize == 0
	return off%packetSize == 0 && (isVLC(agent) || !fromFile)
}

// selectsAll says whether a Play without stream-switch-entry gets every
// stream. The specification grants it to NSServer up to 5.0 only; libmms and
// its kin leave the token out when they cannot read the header, and players of
// the time of NSPlayer/4.1 for content with a single stream.
func selectsAll(r *Request) bool {
	if r.Agent.Is(TokenServer) {
		return r.Agent.Major < 5 || r.Agent.Major == 5 && r.Agent.Minor == 0
	}
	return r.Agent.Is(TokenPlayer) && r.Agent.Major == 4 || !KnownAgent(r.Agent)
}

// wantsReset says whether a Play in a new session is answered with $E, $C and
// a second header, [MS-WMSP] 3.2.5.6: that is how players older than 7.0 learn
// that their session is gone.
func wantsReset(r *Request) bool {
	if r.Agent.AtLeast(7, 0) || !r.Pragma.Has(TokenRequestContext) {
		return false
	}
	return r.Agent.Is(TokenPlayer) && r.Pragma.RequestContext == 2 ||
		r.Agent.Is(TokenServer) && r.Pragma.RequestContext == 3
}

// timeHasPreroll says whether a stream-time counts the preroll: libmms adds
// it, no other player does. FFmpeg, with the same identity, speaks HTTP 1.1,
// and MPlayer does not seek.
func timeHasPreroll(r *Request) bool { return isLibmms(r) && !r.HTTP11() }

// keepsHeader says whether a player goes on with the first header that it has got: FFmpeg
// and VLC read another one, and tell nothing of it to what plays. libmms gives it away,
// and MPlayer cannot be told from libmms.
func keepsHeader(r *Request) bool { return isVLC(r.Agent) || isLibmms(r) && r.HTTP11() }

// isMMS says whether a connection begins with the head of an MMS command over
// TCP, [MS-MMSP] 2.2.3: players that are given an mms:// URL with the port of
// this protocol try that first. They roll over when the connection closes
// without a word; MPlayer is killed by an answer that it does not understand.
func isMMS(b []byte) bool {
	return len(b) >= 16 && bytes.Equal(b[4:8], []byte{0xCE, 0xFA, 0x0B, 0xB0}) && bytes.Equal(b[12:16], []byte("MMS "))
}
