package mcs

// sendData sends data on to who is in its channel. Who sent it gets it too, and at its
// place among what others send, if that is uniform.
func (d *Domain) sendData(p *Port, pdu *PDU) error {
	u, c := d.of(p, pdu), d.channels[pdu.Channel]
	if u == nil || c == nil || c.kind == PrivateChannel && c.manager != u.id && !c.admitted[u.id] {
		return nil
	}
	f := &Frame{PDU: *pdu}
	f.PDU.Kind++ // from a request to its indication
	for _, m := range c.members {
		if m != p || pdu.Kind == UniformSendDataRequest {
			m.sink.Deliver(f)
		}
	}
	return nil
}
