package server

import (
	"net/http"

	"caracal/asf"
	"caracal/internal/point"
	"caracal/web/api"
)

// apiLive are the figures of points.
type apiLive struct{ server *Server }

// shownPackets is how many of the latest packets are shown.
const shownPackets = 300

// Statistics are those of one point.
func (a apiLive) Statistics(name string) (api.Statistics, error) {
	p := a.server.pointNamed(name)
	if p == nil {
		return api.Statistics{}, api.Errorf(http.StatusNotFound, errNoPoint, name)
	}
	b := broadcastOf(p.Opener)
	st := api.Statistics{Packets: []api.Packet{}}
	a.server.figures.of(name, &st, b != nil)
	for _, ses := range a.server.playersOf(p) {
		if isPlayer(ses) {
			st.Losses.Late += ses.Late.Load()
			st.Losses.Skipped += ses.Skipped.Load()
			st.Losses.Lost += uint64(ses.Lost.Load())
		}
	}
	if b != nil {
		st.Packets = latestPackets(b.Broadcast)
	}
	return st, nil
}

// latestPackets describes the latest packets that a broadcast keeps.
func latestPackets(b *point.Broadcast) []api.Packet {
	var ring [shownPackets]point.Tapped
	count := 0
	tap := b.Tap()
	for {
		t, ok := tap.Next()
		if !ok || t.Ended {
			break
		}
		if t.Packet != nil {
			ring[count%shownPackets] = t
			count++
		}
	}
	list := []api.Packet{}
	for n := max(0, count-shownPackets); n < count; n++ {
		list = append(list, describePacket(&ring[n%shownPackets]))
	}
	return list
}

func describePacket(t *point.Tapped) api.Packet {
	d := api.Packet{Number: t.Number, Size: len(t.Packet), Clean: t.Clean, Lost: t.Lost, Streams: []int{}}
	var p asf.Packet
	if asf.ParsePacket(t.Packet, &p) != nil {
		return d
	}
	d.Send, d.Padding = p.SendTime, len(p.Padding)
	var seen [128]bool
	for it := p.Payloads(); it.Next(); {
		if n := it.Payload.Stream & 0x7F; !seen[n] {
			seen[n] = true
			d.Streams = append(d.Streams, int(n))
		}
	}
	return d
}
