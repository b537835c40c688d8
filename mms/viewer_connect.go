package mms

// Revisions of the protocol that Connect and ReportConnectedEX say; there are
// no others.
const (
	MacToViewerProtocolRevision uint32 = 0x0004000B
	ViewerToMacProtocolRevision uint32 = 0x0003001C
)

// Connect is LinkViewerToMacConnect, [MS-MMSP] 2.2.4.17: the first message.
type Connect struct {
	PlayIncarnation             uint32 // UsePacketPair or anything else
	MacToViewerProtocolRevision uint32
	ViewerToMacProtocolRevision uint32
	SubscriberName              Subscriber
}

// ParseConnect parses the Body of a MIDConnect. The revisions are not checked.
func ParseConnect(body []byte) (Connect, error) {
	if err := checkBody(MIDConnect, body, 12); err != nil {
		return Connect{}, err
	}
	f := fields{body}
	return Connect{
		PlayIncarnation:             f.u32(),
		MacToViewerProtocolRevision: f.u32(),
		ViewerToMacProtocolRevision: f.u32(),
		SubscriberName:              parseSubscriber(f.b),
	}, nil
}

// Append appends the message.
func (m *Connect) Append(b []byte) []byte {
	b, at := beginMessage(b, MIDConnect)
	b = appendU32(b, m.PlayIncarnation, m.MacToViewerProtocolRevision, m.ViewerToMacProtocolRevision)
	return endMessage(m.SubscriberName.append(b), at)
}
