package mms

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"

	"caracal/internal/point"
)

// openFile looks the content up, [MS-MMSP] 3.2.5.6.
func (c *conn) openFile(body []byte) (goOn bool, err error) {
	m, err := ParseOpenFile(body)
	if err != nil {
		return false, err
	}
	p := c.player
	pt, e, err := c.find(&m)
	p.ses.SetTarget(short(p.path))
	if err == nil && pt.Redirect != "" {
		return c.redirect(&m, pt.Redirect)
	}
	// A point that asks who the player is sends SecurityChallenge here.
	if err == nil {
		if err = cmp.Or(p.sendable(e), p.ses.Enter(pt.Name)); err != nil {
			e.Close()
		}
	}
	if err != nil {
		return c.refuseError(func(hr HRESULT) Appender {
			return &ReportOpenFile{HR: hr, PlayIncarnation: m.PlayIncarnation}
		}, err)
	}
	if !p.opened(pt, e) {
		return false, nil
	}
	c.state = stateOpen
	p.header = headerFor(p.agent, firstHeader(p.agent, e))
	c.say(p.reportOpen(m.PlayIncarnation))
	return true, nil
}

// find looks for the name in all its readings until there is something.
func (c *conn) find(m *OpenFile) (*point.Point, point.Entry, error) {
	err := point.ErrNotFound
	c.player.path = m.FileName // for the log, if it can be read in no way
	tried := ""
	for r := ReadLiteral; r <= ReadUnescaped; r++ {
		t, wrong := m.Target(r)
		if wrong != nil || t.Path == tried {
			continue
		}
		tried = t.Path
		var pt *point.Point
		var e point.Entry
		c.player.path = t.Path
		if pt, e, err = c.srv.opt.Points.Open(t.Path); err == nil || !errors.Is(err, point.ErrNotFound) {
			return pt, e, err
		}
	}
	return nil, nil, err
}

// sendable says whether the content's packets fit into data packets.
func (p *player) sendable(e point.Entry) error {
	most := MaxPayload
	if p.overUDP() {
		most = MaxDatagramPayload
	}
	if size := e.Info().PacketSize; size > most {
		return fmt.Errorf("%w: its packets of %d bytes do not fit into data packets of %d", point.ErrNotMedia, size, most)
	}
	return nil
}

// reportOpen describes the content.
func (p *player) reportOpen(incarnation uint32) *ReportOpenFile {
	info := p.entry.Info()
	var attributes FileAttributes
	if info.Seekable {
		attributes |= FileCanSeek
	}
	if info.Stridable {
		attributes |= FileCanStride
	}
	if info.Broadcast {
		attributes = FileBroadcast
	}
	duration := info.Duration.Seconds()
	return &ReportOpenFile{
		PlayIncarnation: incarnation, OpenFileID: openFileID, FileAttributes: attributes,
		FileDuration: duration, FileBlocks: Blocks(duration),
		FilePacketSize: uint32(info.PacketSize), FilePacketCount: uint64(info.Packets),
		FileBitRate: info.BitRate, FileHeaderSize: uint32(len(p.header)),
	}
}

// redirect sends the player elsewhere, [MS-MMSP] 3.2.5.6. Players that do not
// know how to be redirected find nothing.
func (c *conn) redirect(m *OpenFile, location string) (goOn bool, err error) {
	if !knowsRedirect(c.player.agent) {
		report := &ReportOpenFile{HR: EFileNotFound, PlayIncarnation: m.PlayIncarnation}
		return c.refuse(report, EFileNotFound, "this content has moved, and the player does not follow")
	}
	if plain, err := url.PathUnescape(location); err == nil {
		location = plain // 2.2.4.9: no escapes
	}
	return c.last(&ReportRedirect{RedirectType: RedirectURL, Location: location}, reasonMoved), nil
}

// securityResponse answers who logs in without having been asked to, [MS-MMSP]
// 3.2.5.7: no point has a lock yet.
func (c *conn) securityResponse(body []byte) (goOn bool, err error) {
	m, err := ParseSecurityResponse(body)
	if err != nil {
		return false, err
	}
	report := &ReportOpenFile{HR: EAccessDenied, PlayIncarnation: m.PlayIncarnation}
	return c.refuse(report, EAccessDenied, "a login that was not asked for")
}
