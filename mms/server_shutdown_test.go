package mms_test

import (
	"io"
	"testing"

	"caracal/internal/fronttest"
	"caracal/mms"
)

// Who is shaking hands when all players are told of the end is refused or told too:
// it would play on, and hold up the end.
func TestShutdownInHandshake(t *testing.T) {
	fronttest.ShutDownInHandshake(t, func(t *testing.T) fronttest.Handshake {
		s := startServerWith(t, setting{memory: true})
		c := s.Connect()
		go io.Copy(io.Discard, c)
		h := fronttest.Handshake{Rig: s.Rig, Shutdown: s.ShutdownWith}
		for _, m := range []mms.Appender{
			&mms.Connect{SubscriberName: mms.Subscriber{Client: player7}},
			&mms.ConnectFunnel{FunnelMode: mms.FunnelMode, FunnelName: overTCP},
			&mms.OpenFile{PlayIncarnation: 1, FileName: "long.wmv"},
			&mms.ReadBlock{OpenFileID: 1, PlayIncarnation: 2},
			&mms.StreamSwitch{Entries: []mms.StreamSwitchEntry{{SrcStreamNumber: mms.NoStream, DstStreamNumber: 1, ThinningLevel: mms.ThinNothing}}},
			&mms.StartPlaying{OpenFileID: 1, Position: beginning, PlayIncarnation: 4},
		} {
			h.Steps = append(h.Steps, func() { c.Write(mms.AppendPacket(nil, 0, 0, m)) })
		}
		return h
	})
}
