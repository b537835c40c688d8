package mms

import "errors"

// maxReadBlocks is how many times a session gets the header. A player asks again
// four times when it does not come, [MS-MMSP] 3.1.6.1.
const maxReadBlocks = 8

var errReadBlocks = errors.New("mms: too many ReadBlock messages")

// readBlock describes the content: it sends the ASF file header, [MS-MMSP]
// 3.2.5.8.
func (c *conn) readBlock(body []byte) (goOn bool, err error) {
	m, err := ParseReadBlock(body)
	if err != nil {
		return false, err
	}
	p := c.player
	report := &ReportReadBlock{PlayIncarnation: m.PlayIncarnation}
	if m.OpenFileID != openFileID {
		report.HR = EInvalidArg
		return c.refuse(report, report.HR, "not the file that is open")
	}
	if p.blocks++; p.blocks > maxReadBlocks {
		return false, errReadBlocks
	}
	h := &headerOut{
		incarnation: byte(m.PlayIncarnation), bytes: p.header, packetSize: p.entry.Info().PacketSize, bitRate: p.entry.Info().BitRate,
	}
	if p.overUDP() {
		if h.out, err = c.srv.opt.Media.port.Sender(c.Shard); err != nil {
			report.HR = EFail
			_, _ = c.refuse(report, report.HR, err.Error())
			return true, nil
		}
		h.dst, h.pair = p.udp, p.pair
	}
	c.Post(func() { c.tx.describe(report, h) })
	return true, nil
}

// cancelReadBlock drops what is left of a header, [MS-MMSP] 3.2.5.9. It has no
// answer.
func (c *conn) cancelReadBlock(body []byte) (goOn bool, err error) {
	if _, err := ParseCancelReadBlock(body); err != nil {
		return false, err
	}
	c.Post(func() { c.tx.header = nil })
	return true, nil
}
