package mms

import "caracal/internal/event"

// logging takes the player's statistics, [MS-MMSP] 3.2.5.15. There is no answer.
func (c *conn) logging(body []byte) (goOn bool, err error) {
	m, err := ParseLogging(body)
	if err != nil {
		return false, err
	}
	c.srv.opt.Bus.Publish(event.LogReceived{Player: c.player.ses.Who(), Kind: event.LogLegacy, Form: "client-log", Text: m.Text()})
	c.player.ses.Lost.Store(m.Info.PacketsLostClient)
	c.Post(c.tx.stay)
	return true, nil
}

// pong says that the player is there, [MS-MMSP] 3.2.5.16; that anything came has
// been noted.
func (c *conn) pong(body []byte) (goOn bool, err error) {
	_, err = ParsePong(body)
	return true, err
}

// closeFile ends the session, [MS-MMSP] 3.2.5.17.
func (c *conn) closeFile(body []byte) (goOn bool, err error) {
	if _, err := ParseCloseFile(body); err != nil {
		return false, err
	}
	c.Last()
	c.Post(func() { c.tx.leaves(reasonClosed) })
	return false, nil
}
