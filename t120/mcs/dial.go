package mcs

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"caracal/t120/x224"
)

// Dialer calls other providers.
type Dialer struct {
	X224    x224.Options
	Connect func(ctx context.Context) (net.Conn, error) // makes a transport connection
	Timeout time.Duration                               // for all of Dial; 30 s
	Tap     func(sent bool, pdu []byte)
}

// RefusedError says that a provider has refused a connection, and what its user said.
type RefusedError struct {
	Result Result
	Data   []byte
}

func (e *RefusedError) Error() string { return "mcs: refused: " + e.Result.String() }

// Dial calls a provider. The Link's PDUs are taken by what Serve is given.
func (d *Dialer) Dial(ctx context.Context, m *Initial) (*Link, *Response, error) {
	if d.Timeout <= 0 {
		d.Timeout = 30 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, d.Timeout)
	defer cancel()
	c, answer, err := d.ask(ctx, m.Append(nil))
	if err != nil {
		return nil, nil, err
	}
	r, ok := answer.(*Response)
	switch {
	case !ok:
		err = fmt.Errorf("mcs: %T answers Connect-Initial", answer)
	case r.Result != Successful:
		err = &RefusedError{r.Result, r.Data}
	case r.Parameters.MaxPDU < minMaxPDU || r.Parameters.Priorities < 1:
		err = errors.New("mcs: parameters that T.125 has not")
	}
	if err != nil {
		c.Close()
		return nil, r, err
	}
	l := newLink(r.Parameters, c)
	l.tap = d.Tap
	if err := d.additional(ctx, l, r.Connection); err != nil {
		l.Close()
		l.Wait()
		return nil, r, err
	}
	return l, r, nil
}

// ask makes a connection, and takes the answer to what it begins with.
func (d *Dialer) ask(ctx context.Context, pdu []byte) (*x224.Conn, any, error) {
	nc, err := d.Connect(ctx)
	if err != nil {
		return nil, nil, err
	}
	stop := context.AfterFunc(ctx, func() { nc.Close() })
	defer stop()
	c, err := x224.Dial(nc, d.X224)
	if err == nil {
		_, err = nc.Write(c.Append(nil, pdu))
	}
	var b []byte
	if err == nil {
		b, err = c.Receive()
	}
	var answer any
	if err == nil {
		answer, err = ParseConnect(b)
		answer = keep(answer)
	}
	if err != nil {
		nc.Close()
		return nil, nil, errors.Join(context.Cause(ctx), err)
	}
	return c, answer, nil
}

// keep has nothing of the buffer that an answer was read into.
func keep(m any) any {
	if r, ok := m.(*Response); ok {
		r.Data = append([]byte(nil), r.Data...)
	}
	return m
}

// additional makes the other connections, one after the other: their order counts.
func (d *Dialer) additional(ctx context.Context, l *Link, number uint32) error {
	for p := High; int(p) < len(l.lanes); p++ {
		m := Additional{Connection: number, Priority: p}
		c, answer, err := d.ask(ctx, m.Append(nil))
		if err != nil {
			return err
		}
		if j, ok := answer.(*Joined); !ok || j.Result != Successful || !l.add(p, c) {
			c.Close()
			return fmt.Errorf("mcs: connection %d: %+v", p, answer)
		}
	}
	return nil
}

// Serve hands take all PDUs that come, and returns when the Link is over, with why.
func (l *Link) Serve(take func(*PDU) error) error {
	l.setTake(take)
	l.mu.Lock()
	for _, to := range l.lanes {
		if to != nil {
			l.all.Go(func() { l.read(to.conn, take) })
		}
	}
	l.mu.Unlock()
	<-l.over
	l.Wait()
	return l.Err()
}
