package main

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"time"

	"caracal/mms"
)

// tell sends a message.
func (p *mmsPlayer) tell(m mms.Appender) error {
	err := p.send(mms.AppendPacket(nil, p.seq, 0, m))
	p.seq++
	return err
}

// message takes what the server says at any time. errOver says that the stream
// is over.
func (p *mmsPlayer) message(m mms.Message) error {
	switch m.MID {
	case p.want:
		p.got, p.want = &mms.Message{MID: m.MID, Body: append([]byte(nil), m.Body...)}, 0
		p.items.halt = true
	case mms.MIDPing:
		return p.tell(&mms.Pong{})
	case mms.MIDReportEndOfStream:
		end, err := mms.ParseReportEndOfStream(m.Body)
		if err != nil || end.HR == mms.SFalse && p.port == nil {
			return err
		}
		return errOver
	case mms.MIDReportStreamChange:
		change, err := mms.ParseReportStreamChange(m.Body)
		p.media.change(byte(change.TCPHdrIncarnation))
		return err
	case mms.MIDReportDisconnectedFunnel, mms.MIDReportRedirect, mms.MIDSecurityChallenge:
		return fmt.Errorf("the server says %v", m.MID)
	}
	return nil
}

// ask sends a message and waits for the answer; every one but that of
// SecurityChallenge begins with its result.
func (p *mmsPlayer) ask(m mms.Appender, want mms.MID) (*mms.Message, error) {
	p.want, p.got = want, nil
	err := p.tell(m)
	for err == nil && p.got == nil {
		err = p.more()
	}
	if err == nil {
		hr, parseErr := mms.ParseReportStreamSwitch(p.got.Body)
		if err = parseErr; err == nil && hr.HR.Failed() {
			err = errors.New(hr.HR.String())
		}
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, fmt.Errorf("%v: %w", want, err)
	}
	return p.got, nil
}

// more takes what has come on the connection, else it waits for more.
func (p *mmsPlayer) more() error {
	if len(p.buf) == 0 {
		p.buf = p.buf[:0:cap(p.buf)]
		if err := p.fill(); err != nil {
			return err
		}
	}
	p.items.halt = false
	n, err := p.items.feed(p.buf, time.Now())
	p.buf = p.buf[n:]
	return err
}

// open does all that comes before the header, [MS-MMSP] 4.3.
func (p *mmsPlayer) open() error {
	connect := mms.Connect{
		PlayIncarnation:             mms.DisablePacketPair,
		MacToViewerProtocolRevision: mms.MacToViewerProtocolRevision,
		ViewerToMacProtocolRevision: mms.ViewerToMacProtocolRevision,
	}
	connect.SubscriberName.Client = p.client.userAgent(mmsAgent) + "; " + newGUID() + "; Host: " + p.client.target.host
	if _, err := p.ask(&connect, mms.MIDReportConnectedEX); err != nil {
		return err
	}
	if _, err := p.ask(&mms.FunnelInfo{PlayIncarnation: mms.DisablePacketPair}, mms.MIDReportFunnelInfo); err != nil {
		return err
	}
	funnel := mms.Funnel{Port: 1}
	if p.port != nil {
		funnel = mms.Funnel{UDP: true, Port: uint16(portOf(p.port))}
	}
	funnel.Addr, _ = netip.ParseAddr(p.localHost())
	where := mms.ConnectFunnel{
		MaxBlockBytes: mms.NoPosition, MaxBitRate: mms.MaxBitRate, FunnelMode: mms.FunnelMode, FunnelName: funnel.String(),
	}
	if _, err := p.ask(&where, mms.MIDReportConnectedFunnel); err != nil {
		return err
	}
	got, err := p.ask(&mms.OpenFile{PlayIncarnation: mmsPlayIncarnation - 1, FileName: p.name()}, mms.MIDReportOpenFile)
	if err != nil {
		return err
	}
	opened, err := mms.ParseReportOpenFile(got.Body)
	p.file = opened.OpenFileID
	return err
}

// begin fetches the header, and asks for all streams from the beginning or, of
// a broadcast, from now on.
func (p *mmsPlayer) begin() error {
	block := mms.ReadBlock{
		OpenFileID: p.file, Length: mms.ReadBlockLength, Flags: mms.ReadBlockFlags, TDeadline: mms.ReadBlockDeadline,
		PlayIncarnation: mmsHeaderIncarnation,
	}
	if _, err := p.ask(&block, mms.MIDReportReadBlock); err != nil {
		return err
	}
	if err := p.awaitHeader(); err != nil {
		return fmt.Errorf("header: %w", err)
	}
	streams, err := p.streams()
	if err != nil {
		return err
	}
	if _, err := p.ask(streams, mms.MIDReportStreamSwitch); err != nil {
		return err
	}
	start := mms.StartPlaying{OpenFileID: p.file, PlayIncarnation: mmsPlayIncarnation}
	start.ASFOffset, start.LocationID = mms.NoPosition, mms.NoPosition
	_, err = p.ask(&start, mms.MIDReportStartedPlaying)
	return err
}

// awaitHeader waits for the pieces of the header. Over UDP nothing else comes
// to the port before the start.
func (p *mmsPlayer) awaitHeader() error {
	var b []byte
	if p.port != nil {
		b = make([]byte, mms.MaxDataPacket)
		p.port.SetReadDeadline(time.Now().Add(headerTime))
	}
	for p.media.header == nil {
		if p.port == nil {
			if err := p.more(); err != nil {
				return err
			}
			continue
		}
		n, err := p.port.Read(b)
		if err == nil {
			err = p.datagram(b[:n])
		}
		if err != nil {
			return err
		}
	}
	return nil
}
