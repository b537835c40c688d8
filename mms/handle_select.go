package mms

// streamSwitch selects streams, [MS-MMSP] 3.2.5.10: before the first packet, or
// while it plays.
func (c *conn) streamSwitch(body []byte) (goOn bool, err error) {
	m, err := ParseStreamSwitch(body)
	if err != nil {
		return false, err
	}
	list := c.player.switchStreams(&m)
	bound := c.player.limit(c.player.selection())
	c.Post(func() { c.tx.selectStreams(list, bound) })
	return true, nil
}
