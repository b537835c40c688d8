package mms

import (
	"errors"
	"fmt"
	"time"

	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/point"
	"caracal/internal/session"
)

// state is how far a session has come. What [MS-MMSP] 3.2.1 calls INIT is all
// but the last, READY and STREAMING are that: whether it streams its shard knows.
type state uint8

const (
	stateNew       state = iota // nothing was said
	stateConnected              // by Connect
	stateFunnel                 // ConnectFunnel has said where data packets go
	stateOpen                   // OpenFile has found content
)

// handler serves one kind of message and says whether the connection goes on.
// An error says that the message makes no sense; the connection closes then.
type handler func(c *conn, body []byte) (goOn bool, err error)

// ruleOf returns the step of a player's life that a message is, [MS-MMSP]
// 3.2.5.3 to 3.2.5.17, and the first and last state in which it may come.
func ruleOf(mid MID) (first, last state, serve handler) {
	switch mid {
	case MIDConnect:
		return stateNew, stateNew, (*conn).connect
	case MIDFunnelInfo:
		return stateConnected, stateFunnel, (*conn).funnelInfo
	case MIDConnectFunnel: // again with the other transport, 3.2.5.5
		return stateConnected, stateFunnel, (*conn).connectFunnel
	case MIDOpenFile:
		return stateFunnel, stateFunnel, (*conn).openFile
	case MIDSecurityResponse:
		return stateFunnel, stateFunnel, (*conn).securityResponse
	case MIDReadBlock:
		return stateOpen, stateOpen, (*conn).readBlock
	case MIDCancelReadBlock:
		return stateOpen, stateOpen, (*conn).cancelReadBlock
	case MIDStreamSwitch:
		return stateOpen, stateOpen, (*conn).streamSwitch
	case MIDStartPlaying:
		return stateOpen, stateOpen, (*conn).startPlaying
	case MIDStartStriding:
		return stateOpen, stateOpen, (*conn).startStriding
	case MIDStopPlaying:
		return stateOpen, stateOpen, (*conn).stopPlaying
	case MIDLogging:
		return stateConnected, stateOpen, (*conn).logging
	case MIDPong:
		return stateConnected, stateOpen, (*conn).pong
	case MIDCloseFile:
		return stateConnected, stateOpen, (*conn).closeFile
	}
	return 0, 0, nil
}

// maxMessages is how many a connection may send in a front.Heartbeat: a player needs
// some ten to begin and as many for a seek.
const maxMessages = 240

// dispatch does what all messages need, [MS-MMSP] 3.2.5.1, and hands the message
// to its handler. One that does not belong here ends the connection: no answer
// exists for most, and no player is known to send one.
func (c *conn) dispatch(m Message) (goOn bool, err error) {
	first, last, serve := ruleOf(m.MID)
	switch {
	case serve == nil:
		return false, fmt.Errorf("mms: %v is no message of a player", m.MID)
	case c.state < first || c.state > last:
		return false, fmt.Errorf("mms: %v out of order", m.MID)
	case c.owed.Take():
	case c.TooMany(time.Now()) && !ends(m.MID):
		return false, c.tooMany()
	case c.pulse.Add(1, time.Now()) > maxMessages:
		return false, errors.New("mms: too many messages")
	}
	if c.player != nil && (m.MID != MIDPong || c.login.waits(time.Now())) { // Pong is no request: the Idle-Timeout runs on
		c.player.ses.Touch()
	}
	if c.player != nil {
		c.player.takeTurn()
	}
	return serve(c, m.Body)
}

// ends says that a message is one of those with which a player leaves: a limit of
// requests, which is there to keep the server free, does not keep it.
func ends(m MID) bool {
	return m == MIDStopPlaying || m == MIDLogging || m == MIDCloseFile || m == MIDCancelReadBlock
}

// say posts a message.
func (c *conn) say(m Appender) { c.Post(func() { c.tx.say(m) }) }

// refuse answers with a message that has an error in it; the connection goes on,
// for the player may ask for something else.
func (c *conn) refuse(m Appender, hr HRESULT, why string) (goOn bool, err error) {
	who := event.Player{Protocol: protocolName, Address: c.Addr, Local: c.Local}
	if c.player != nil {
		who = c.player.ses.Who()
	}
	c.srv.opt.Bus.Publish(event.Refused{Player: who, Status: int(hr), Reason: why})
	c.say(m)
	return true, nil
}

// refuseError is refuse for an error of the core, which has an HRESULT.
func (c *conn) refuseError(report func(HRESULT) Appender, wrong error) (goOn bool, err error) {
	hr := hresultOf(wrong)
	c.srv.opt.Bus.Publish(event.Refused{
		Player: c.player.ses.Who(), Status: int(hr), Reason: wrong.Error(), Limit: session.LimitOf(wrong),
	})
	c.say(report(hr))
	return true, nil
}

// tooMany tells that a connection has sent too many messages.
func (c *conn) tooMany() error {
	const why = "mms: too many messages"
	c.srv.opt.Bus.Publish(event.Refused{
		Player: event.Player{Protocol: protocolName, Address: c.Addr}, Status: int(ENetworkBusy), Reason: why, Limit: front.LimitRequests,
	})
	return errors.New(why)
}

// hresultOf is the HRESULT that fits an error of the core.
func hresultOf(err error) HRESULT {
	for _, known := range []struct {
		err error
		hr  HRESULT
	}{
		{point.ErrNotFound, EFileNotFound}, {point.ErrNotLive, EFileNotFound}, {point.ErrForbidden, EAccessDenied}, {point.ErrNotMedia, EFileOpenFailed},
		{point.ErrPosition, EInvalidArg}, {point.ErrBusy, ENetworkBusy}, {ErrInvalid, EInvalidArg},
		{session.ErrFull, EMaxClients}, {session.ErrPointFull, EMaxClients}, {session.ErrDraining, ENetworkBusy},
		{session.ErrAddressFull, ETooManySessions}, {session.ErrAccountFull, ETooManySessions},
		{session.ErrBandwidth, EInsufficientBandwidth}, {session.ErrPlayerBandwidth, EFileBandwidthLimit},
	} {
		if errors.Is(err, known.err) {
			return known.hr
		}
	}
	return EFail
}
