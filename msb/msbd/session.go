package msbd

import (
	"caracal/internal/event"
	"caracal/internal/session"
)

// client is the session of a connection, from its ReqConnect on.
type client struct {
	conn *conn
	ses  *session.Session
}

// newClient admits who connects.
func (c *conn) newClient() (*client, error) {
	who := &client{conn: c}
	ses, err := c.srv.opt.Sessions.Admit(c.who(), who.end)
	if err != nil {
		return nil, err
	}
	who.ses = ses
	if _, ok := c.srv.clients.Claim(who, ses.ID); !ok {
		ses.Close(reasonRefused)
		return nil, session.ErrDraining
	}
	return who, nil
}

// who is who connects, for the events: the protocol has no agents.
func (c *conn) who() event.Player {
	if c.client != nil {
		return c.client.ses.Who()
	}
	return event.Player{Protocol: protocolName, Address: c.Addr, Local: c.Local, Target: "/" + c.srv.opt.Point, Point: "/" + c.srv.opt.Point}
}

// close takes the session out of the registries.
func (c *client) close(why string) {
	c.conn.srv.clients.Release(c.ses.ID())
	c.ses.Close(why)
}

// end ends the session in the protocol's words.
func (c *client) end(why error) {
	c.conn.Post(func() { c.conn.tx.finish(why.Error()) })
}
