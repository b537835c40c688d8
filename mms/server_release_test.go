package mms_test

import (
	"errors"
	"testing"

	"caracal/mms"
)

// rest returns the data packets that come until the connection closes.
func (p *peer) rest() (list []mms.Data) {
	p.t.Helper()
	for {
		item, err := p.in.Next()
		if err != nil {
			return list
		}
		if !item.IsData {
			p.t.Fatalf("behind the end: %v", item.Message.MID)
		}
		list = append(list, copyOf(item.Data))
	}
}

// FFmpeg ends whatever the end is of, and nobody else gets what it needs for that.
func TestFFmpegEnds(t *testing.T) {
	ends := map[string]func(s *server, agent string) *peer{
		"a file": func(s *server, agent string) *peer {
			p := s.ready(agent, "clip.wmv")
			p.start(beginning, 4)
			return p
		},
		"a broadcast": func(s *server, agent string) *peer {
			l := s.live()
			p := s.watch(agent, overTCP)
			l.Bring(10)
			l.Close()
			return p
		},
		"the film before another": func(s *server, agent string) *peer {
			l := s.live()
			p := s.watch(agent, overTCP)
			l.Bring(10)
			l.Change(otherClip())
			l.Bring(10)
			return p
		},
		"the session": func(s *server, agent string) *peer {
			p := s.ready(agent, "long.wmv")
			p.start(beginning, 4)
			s.Sessions.All()[0].End(errors.New("enough"))
			return p
		},
	}
	for what, begin := range ends {
		for _, agent := range []string{ffmpegAgent, mplayerOne} {
			t.Run(what, func(t *testing.T) {
				inMemory(t, setting{}, func(s *server) {
					p := begin(s, agent)
					p.end(4)
					list := p.rest()
					p.Close()
					if agent != ffmpegAgent {
						if len(list) > 0 {
							t.Errorf("%d data packets behind the end", len(list))
						}
						return
					}
					l := mms.Lavf{PacketSize: clipPacket, Known: map[uint8]bool{1: true, 2: true}, Wire: list}
					if err := l.Run(); !errors.Is(err, mms.ErrLavf) {
						t.Error(err)
					}
				})
			})
		}
	}
}
