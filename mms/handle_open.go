package mms

import (
	"errors"
	"fmt"
	"net/url"

	"caracal/internal/auth"
	"caracal/internal/point"
)

// openFile looks the content up, [MS-MMSP] 3.2.5.6. A token that comes with it is
// looked at if who plays has to be known.
func (c *conn) openFile(body []byte) (goOn bool, err error) {
	m, err := ParseOpenFile(body)
	if err != nil {
		return false, err
	}
	c.login.forget()
	c.login.file = m.FileName
	if len(m.TokenData) > 0 {
		c.login.who = auth.Identity{}
	}
	pt, e, err := c.find(m.FileName)
	if r := asked(err); r != nil && len(m.TokenData) > 0 {
		return c.prove(r, m.TokenData, m.PlayIncarnation)
	}
	return c.describe(pt, e, err, m.PlayIncarnation)
}

// describe answers an OpenFile, or the SecurityResponse behind it, with what was
// found or with why there is nothing.
func (c *conn) describe(pt *point.Point, e point.Entry, err error, incarnation uint32) (goOn bool, _ error) {
	p := c.player
	if r := asked(err); r != nil {
		return c.challenge(r, incarnation)
	}
	if err == nil && pt.Redirect != "" {
		return c.redirect(incarnation, pt.Redirect)
	}
	if err == nil {
		if err = c.enter(pt, e); err != nil {
			e.Close()
		}
	}
	if err != nil {
		return c.refuseOpen(err, incarnation)
	}
	if !p.opened(pt, e) {
		return false, nil
	}
	c.state = stateOpen
	p.header = headerFor(p.agent, firstHeader(p.agent, e))
	c.say(p.reportOpen(incarnation))
	return true, nil
}

// enter has the session be of who plays, and one of the point's.
func (c *conn) enter(pt *point.Point, e point.Entry) error {
	p := c.player
	if err := p.sendable(e); err != nil {
		return err
	}
	if err := p.ses.SetAccount(c.login.who.Account); err != nil {
		return err
	}
	return p.ses.Enter(pt.Name)
}

func (c *conn) refuseOpen(wrong error, incarnation uint32) (goOn bool, err error) {
	return c.refuseError(func(hr HRESULT) Appender {
		return &ReportOpenFile{HR: hr, PlayIncarnation: incarnation}
	}, wrong)
}

// find looks for the name in all its readings until there is something that the
// player may have. Whether there is anything is told to nobody else.
func (c *conn) find(name string) (*point.Point, point.Entry, error) {
	err := point.ErrNotFound
	p, m := c.player, OpenFile{FileName: name}
	p.path = name // for the log, if it can be read in no way
	defer func() { p.ses.SetTarget(short(p.path)) }()
	tried := ""
	for r := ReadLiteral; r <= ReadUnescaped; r++ {
		t, wrong := m.Target(r)
		if wrong != nil || t.Path == tried {
			continue
		}
		tried = t.Path
		var pt *point.Point
		var e point.Entry
		p.path = t.Path
		if pt, e, err = c.lookUp(t.Path); err == nil || !errors.Is(err, point.ErrNotFound) {
			return pt, e, err
		}
	}
	return nil, nil, err
}

// lookUp opens what is at a path for who may have it; a list then has what he may
// have of it. Without a Guard guarded points stay closed.
func (c *conn) lookUp(path string) (*point.Point, point.Entry, error) {
	of := ""
	if pt, _, err := c.srv.opt.Points.Lookup(path); err == nil {
		of = pt.Name
	}
	if err := c.judge(of, path); err != nil {
		return nil, nil, err
	}
	return c.srv.opt.Points.OpenFor(path, point.Asker{
		Allowed: c.Guard() != nil, May: c.May(c.login.who, c.wish("", path)),
	})
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
func (c *conn) redirect(incarnation uint32, location string) (goOn bool, err error) {
	if !knowsRedirect(c.player.agent) {
		report := &ReportOpenFile{HR: EFileNotFound, PlayIncarnation: incarnation}
		return c.refuse(report, EFileNotFound, "this content has moved, and the player does not follow")
	}
	if plain, err := url.PathUnescape(location); err == nil {
		location = plain // 2.2.4.9: no escapes
	}
	return c.last(&ReportRedirect{RedirectType: RedirectURL, Location: location}, reasonMoved), nil
}
