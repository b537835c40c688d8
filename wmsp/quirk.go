package wmsp

import "caracal/asf"

// The quirks: what real players do that [MS-WMSP] does not say. Each is a
// named rule with the player that needs it; docs/protocols/wmsp.md lists them
// with their tests. Others live where they are parsed: the malformed
// stream-time line of FFmpeg in pragma.go, status lines without a reason in
// response.go, frames without the B bit in frame.go.

// decimalStreams says whether a request's stream numbers are decimal. The
// specification wants hexadecimal; FFmpeg, libmms and VLC write decimal,
// MPlayer hexadecimal with FFmpeg's User-Agent. Below 10 there is no
// difference. Above, the reading that only names streams of the content wins,
// and if both do, those players list every stream, which MPlayer does not.
func decimalStreams(r *Request, h *asf.Header) bool {
	hex, err1 := r.Pragma.Switches(false)
	dec, err2 := r.Pragma.Switches(true)
	switch {
	case err2 != nil || err1 == nil && namesStreams(hex, h) && !namesStreams(dec, h):
		return false
	case err1 != nil || namesStreams(dec, h) && !namesStreams(hex, h):
		return true
	}
	return olderThanAnyPlayer(r) && len(dec) == len(h.Streams())
}

func namesStreams(list []Switch, h *asf.Header) bool {
	for _, s := range list {
		if s.To > maxStream || h.Stream(uint8(s.To)) == nil {
			return false
		}
	}
	return true
}

// olderThanAnyPlayer tells the versions that Windows Media Player never had:
// FFmpeg, libmms and MPlayer say NSPlayer/4.1.0.3856, VLC 7.10.0.3059.
func olderThanAnyPlayer(r *Request) bool {
	return r.Agent.Is(TokenPlayer) && (r.Agent.Major == 4 || r.Agent.Major == 7 && r.Agent.Minor == 10)
}

// offsetFromData says whether a stream-offset counts from the first packet
// and not from the beginning of the file: VLC does that.
func offsetFromData(agent Agent, off, dataOffset, packetSize int64) bool {
	fromFile := off >= dataOffset && (off-dataOffset)%packetSize == 0
	vlc := agent.Is(TokenPlayer) && agent.Major == 7 && agent.Minor == 10
	return off%packetSize == 0 && (vlc || !fromFile)
}

// selectsAll says whether a Play without stream-switch-entry gets every
// stream. The specification grants it to NSServer up to 5.0 only; the
// programs that call themselves NSPlayer/4.1 leave the token out when they
// cannot read the header, and expect to be served.
func selectsAll(r *Request) bool {
	if r.Agent.Is(TokenServer) {
		return r.Agent.Major < 5 || r.Agent.Major == 5 && r.Agent.Minor == 0
	}
	return r.Agent.Is(TokenPlayer) && r.Agent.Major == 4 || !r.Agent.Known()
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
// it, the specification's and every other player's time does not have it.
// libmms says what FFmpeg and MPlayer say, but FFmpeg in HTTP 1.1, and MPlayer
// does not seek.
func timeHasPreroll(r *Request) bool {
	return r.Agent.Is(TokenPlayer) && r.Agent.Major == 4 && !r.HTTP11()
}
