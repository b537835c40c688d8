package msbd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"caracal/asf"
	"caracal/internal/auth"
	"caracal/internal/event"
	"caracal/internal/point"
	"caracal/internal/session"
)

// What a ReqConnect cannot have.
var (
	errChannel   = errors.New("msbd: a channel that is not " + ChannelName)
	errDelivery  = errors.New("msbd: an unknown way for the packets")
	errMulticast = errors.New("msbd: packets over UDP, which is off")
)

// connect admits the client and begins to stream, [MS-MSBD] 3.1.5.1. Whatever is
// wrong but for the message itself is said in the answer, behind which the
// connection closes.
func (c *conn) connect(body []byte) (goOn bool, err error) {
	m, err := ParseConnect(body)
	if err != nil {
		return false, err
	}
	if err := c.acceptable(&m); err != nil {
		return c.refuse(err), nil
	}
	asker, err := c.asker()
	if err != nil {
		return c.refuse(err), nil
	}
	if c.client, err = c.newClient(); err != nil {
		return c.refuse(err), nil
	}
	_, entry, err := c.srv.opt.Points.OpenFor(c.srv.opt.Point, asker)
	switch {
	case err != nil:
		return c.refuse(err), nil
	case entry == nil: // it leads elsewhere, which this protocol cannot say
		return c.refuse(point.ErrNotFound), nil
	}
	if m.Delivery == OverGroup {
		err = c.srv.opt.Group.admit(c, entry)
	} else {
		err = c.play(entry)
	}
	if err != nil {
		entry.Close()
		return c.refuse(err), nil
	}
	return true, nil
}

// decideTime is how long it may take to decide whether a client may have the broadcast.
const decideTime = 30 * time.Second

// asker is for whom the broadcast is opened, if the client may have it. Its address
// decides: [MS-MSBD] has nothing to prove by who it is.
func (c *conn) asker() (point.Asker, error) {
	a := point.Asker{Allowed: true, May: c.May(auth.Identity{}, c.Ask("", "", ""))}
	if a.May == nil {
		return a, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), decideTime)
	defer cancel()
	if err := a.May(ctx, c.srv.opt.Point, c.srv.opt.Point); err != nil {
		return a, fmt.Errorf("%w: %w", point.ErrForbidden, err)
	}
	return a, nil
}

func (c *conn) acceptable(m *ConnectRequest) error {
	switch {
	case m.Channel != "" && !strings.EqualFold(m.Channel, ChannelName):
		return errChannel
	case m.Delivery == OverGroup && c.srv.opt.Group == nil:
		return errMulticast
	case m.Delivery != OverGroup && m.Delivery != OverTCP:
		return errDelivery
	}
	return nil
}

// refuse answers with a failure behind which the connection closes.
func (c *conn) refuse(why error) (goOn bool) {
	hr := hresultOf(why)
	c.srv.opt.Bus.Publish(event.Refused{Player: c.who(), Status: int(hr), Reason: why.Error()})
	c.Last()
	client := c.client
	c.Post(func() { c.tx.refuse(client, hr) })
	return false
}

// hresultOf is the HRESULT that fits an error of the core.
func hresultOf(err error) HRESULT {
	for _, known := range []struct {
		err error
		hr  HRESULT
	}{
		{point.ErrNotFound, EFileNotFound}, {point.ErrNotLive, EFileNotFound}, {point.ErrForbidden, EAccessDenied},
		{point.ErrNotMedia, EFileOpenFailed}, {point.ErrBusy, ENetworkBusy}, {errChannel, EFileNotFound},
		{errDelivery, EInvalidArg}, {errMulticast, EInvalidArg},
		{session.ErrFull, EMaxClients}, {session.ErrPointFull, EMaxClients}, {session.ErrAddressFull, ETooManySessions}, {session.ErrDraining, ENetworkBusy},
	} {
		if errors.Is(err, known.err) {
			return known.hr
		}
	}
	return EFail
}

// play begins to stream an entry over TCP.
func (c *conn) play(entry point.Entry) error {
	if err := distributable(entry.Info(), MaxASFPacket); err != nil {
		return err
	}
	options := c.options()
	start, err := point.Prepare(entry, options, point.Request{Selection: asf.NewSelection(entry.Info().Header)})
	if err != nil {
		return err
	}
	st := &stream{entry: entry, batch: options.Batch, play: point.NewPlay(entry, options.Batch, c.Tx.Kick)}
	begun := c.playing(entry, start)
	client := c.client
	c.Streams(+1)
	c.Post(func() { c.tx.play(client, st, start, begun) })
	return nil
}

// options are the point's; it may have gone since.
func (c *conn) options() point.Options {
	if p, _, err := c.srv.opt.Points.Lookup(c.srv.opt.Point); err == nil {
		return p.Options
	}
	return point.DefaultOptions()
}

func (c *conn) playing(entry point.Entry, start point.Start) event.Playing {
	e := event.Playing{Player: c.who(), Packet: start.Packet, Rate: start.Rate, Speed: start.Speed, Transport: "TCP"}
	for _, s := range entry.Info().Header.Streams() {
		e.Streams = append(e.Streams, s.Number())
	}
	return e
}

// distributable says whether an entry's header and packets fit into messages.
func distributable(info *point.Info, most int) error {
	switch {
	case len(info.HeaderBytes) > MaxBinary:
		return fmt.Errorf("%w: its header of %d bytes does not fit into a message of %d", point.ErrNotMedia, len(info.HeaderBytes), MaxBinary)
	case info.PacketSize > most:
		return fmt.Errorf("%w: its packets of %d bytes do not fit into messages of %d", point.ErrNotMedia, info.PacketSize, most)
	}
	return nil
}
