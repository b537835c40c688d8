package front

import (
	"crypto/tls"
	"time"

	"caracal/internal/event"
	"caracal/internal/pace"
)

// serveTLS shakes hands, and then it is serve.
func (c *Conn) serveTLS(secure *Secure) {
	t := c.Net.(*tls.Conn)
	err := secure.shake(t)
	secure.leave(c.Addr.Addr())
	if err != nil {
		c.acceptor.opt.Bus.Publish(failed(event.Player{Protocol: c.acceptor.opt.Protocol, Address: c.Addr, Local: c.Local}, err))
		c.end()
		return
	}
	c.hold()
	c.mu.Lock()
	if !c.lingering {
		c.Net.SetReadDeadline(time.Now().Add(c.acceptor.opt.HeadTimeout))
	}
	c.mu.Unlock()
	c.serve()
}

// hold has what TLS writes not wait, as the shard writes it.
func (c *Conn) hold() {
	if base := c.base(); base != nil {
		base.Hold()
	}
}

// base is what a TLS connection stands on; nil: it is none.
func (c *Conn) base() *pace.Base {
	t, ok := c.Net.(*tls.Conn)
	if !ok {
		return nil
	}
	base, _ := t.NetConn().(*pace.Base)
	return base
}

// Secure says whether it is a TLS connection.
func (c *Conn) Secure() bool { return c.base() != nil }
