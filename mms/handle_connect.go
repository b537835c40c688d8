package mms

import (
	"crypto/rand"
	"net/netip"

	"caracal/internal/event"
	"caracal/internal/session"
)

// connect admits the player, [MS-MMSP] 3.2.5.3.
func (c *conn) connect(body []byte) (goOn bool, err error) {
	m, err := ParseConnect(body)
	if err != nil {
		return false, err
	}
	pair := DisablePacketPair
	if m.PlayIncarnation == UsePacketPair {
		pair = UsePacketPair
	}
	c.login.forwarded = m.SubscriberName.Via != ""
	report := NewReportConnectedEX(SOK, pair, c.srv.opt.Version, c.login.announce(c.Guard()))
	p, err := c.newPlayer(m.SubscriberName)
	if err != nil {
		agent := m.SubscriberName.Agent()
		report.HR = hresultOf(err)
		c.srv.opt.Bus.Publish(event.Refused{
			Player: event.Player{Protocol: protocolName, Address: c.Addr, Local: c.Local, Agent: short(agent.Raw), GUID: short(agent.GUID)},
			Status: int(report.HR), Reason: err.Error(), Limit: session.LimitOf(err),
		})
		return c.last(&report, reasonRefused), nil
	}
	c.player, c.state = p, stateConnected
	c.Post(func() { c.tx.connect(p, &report) })
	return true, nil
}

// last posts a message behind which the connection closes.
func (c *conn) last(m Appender, why string) (goOn bool) {
	c.Last()
	c.Post(func() {
		c.tx.say(m)
		c.tx.leaves(why)
	})
	return false
}

// maxPairs is how many packet-pair experiments over TCP a player gets.
const maxPairs = 4

// funnelInfo tells the player its Client-ID, [MS-MMSP] 3.2.5.4, and sends the
// packet pair that it asks for: three messages, each in a write of its own, so
// that each is the beginning of a segment.
func (c *conn) funnelInfo(body []byte) (goOn bool, err error) {
	m, err := ParseFunnelInfo(body)
	if err != nil {
		return false, err
	}
	p := c.player
	p.funnelInfo = true
	answer := AnswerPacketPair(m.PlayIncarnation)
	tooMany := answer == PacketPairTCPHighEntropy && p.pairs == maxPairs
	if tooMany || answer == PacketPairUDPHighEntropy && c.srv.opt.Media == nil {
		answer = DisablePacketPair
	}
	report := NewReportFunnelInfo(answer, p.id)
	p.pair = answer == PacketPairUDPHighEntropy
	if answer != PacketPairTCPHighEntropy {
		c.say(&report)
		return true, nil
	}
	p.pairs++
	for n := 1; n <= PairMessages; n++ {
		report.Pair = make([]byte, PairMessagePayload(n))
		rand.Read(report.Pair)
		piece := report
		c.say(&piece)
	}
	return true, nil
}

// minClientPort is the lowest port that data packets are sent to: below are
// those of services that would take them for something else.
const minClientPort = 1024

// connectFunnel notes where data packets go, [MS-MMSP] 3.2.5.5: to the address
// of the connection, whatever address the player names, so that nobody can have
// them sent to others. A player whose wish cannot be met tries the other
// transport.
func (c *conn) connectFunnel(body []byte) (goOn bool, err error) {
	m, err := ParseConnectFunnel(body)
	if err != nil {
		return false, err
	}
	f, err := ParseFunnel(m.FunnelName)
	if f.UDP && c.srv.opt.Media == nil && takesTCP(c.player.agent) {
		f.UDP = false
	}
	why := ""
	switch {
	case err != nil:
		why = "a funnel that cannot be understood"
	case f.UDP && c.srv.opt.Media == nil:
		why = "data packets over UDP, which is off"
	case f.UDP && f.Port < minClientPort:
		why = "data packets to a port of a service"
	}
	c.player.udp, c.state = netip.AddrPort{}, stateConnected
	if why != "" {
		return c.refuse(&ReportDisconnectedFunnel{HR: EProtocolMismatch}, EProtocolMismatch, why)
	}
	if f.UDP {
		c.player.udp = netip.AddrPortFrom(c.Addr.Addr(), f.Port)
	}
	c.state = stateFunnel
	c.say(&ReportConnectedFunnel{FunnelName: FunnelName})
	return true, nil
}
