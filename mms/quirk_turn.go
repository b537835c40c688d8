package mms

import (
	"bytes"
	"slices"
	"strings"

	"caracal/asf"
	"caracal/internal/head"
)

// mplayerGUID is what MPlayer says in the place of a random one.
const mplayerGUID = "33715801-BAB3-9D85-24E9-03B90328270A"

// takesTurns says whether a player can go on with another header. VLC and
// MPlayer end at any EndOfStream and at ReportStreamChange; FFmpeg reads on, but
// never takes a second header. They get what follows without a word if it is of
// the sort that they know, sameMedia, and an end if not.
func takesTurns(a head.Agent) bool {
	return !isFFmpeg(a) && !strings.EqualFold(a.GUID, mplayerGUID) && !strings.HasPrefix(a.GUID, vlcGUID)
}

// sameMedia says whether packets of one header can be read with the other:
// streams with the same numbers and formats, in packets of one size.
func sameMedia(a, b *asf.Header) bool {
	f, g := a.File(), b.File()
	if f.MaxPacketSize != g.MaxPacketSize || f.Preroll != g.Preroll || len(a.Streams()) != len(b.Streams()) {
		return false
	}
	for _, s := range a.Streams() {
		n := s.Number()
		o := b.Stream(n)
		if o == nil || !bytes.Equal(s.Append(nil), o.Append(nil)) || !slices.EqualFunc(extensions(a, n), extensions(b, n), sameExtension) {
			return false
		}
	}
	return true
}

// extensions are what the payloads of a stream carry beside their data.
func extensions(h *asf.Header, stream uint8) []asf.PayloadExtension {
	if e := h.ExtendedStream(stream); e != nil {
		return e.Extensions
	}
	return nil
}

func sameExtension(a, b asf.PayloadExtension) bool {
	return a.System == b.System && a.DataSize == b.DataSize && bytes.Equal(a.Info, b.Info)
}

// startsAgain says whether a player asks for the packets of another entry over
// TCP too. libmms and xine do, and take the first packet for the answer to
// their StreamSwitch if it comes without. Their GUIDs are random, but only such
// players call themselves NSPlayer and say nothing of the funnel.
func (p *player) startsAgain() bool { return p.agent.Is(playerToken) && !p.funnelInfo }
