package msbd_test

import (
	"io"
	"testing"

	"caracal/internal/fronttest"
	"caracal/msb/msbd"
)

// Who is shaking hands when all clients are told of the end is refused or told too:
// it would get packets for ever, and hold up the end.
func TestShutdownInHandshake(t *testing.T) {
	for _, delivery := range []msbd.Delivery{msbd.OverTCP, msbd.OverGroup} {
		fronttest.ShutDownInHandshake(t, func(t *testing.T) fronttest.Handshake {
			set := setting{}
			if delivery == msbd.OverGroup {
				set.group = silentGroup(t)
			}
			s := startServer(t, set)
			s.Publish(pointName, film().File(), fronttest.Paced())
			c := s.Connect()
			go io.Copy(io.Discard, c)
			return fronttest.Handshake{Rig: s.Rig, Shutdown: s.ShutdownWith, Steps: []func(){
				func() { c.Write((&msbd.ConnectRequest{Delivery: delivery, Channel: msbd.ChannelName}).Append(nil)) },
			}}
		})
	}
}
