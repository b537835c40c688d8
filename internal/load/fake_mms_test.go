package main

import (
	"fmt"
	"net"
	"sync/atomic"

	"caracal/mms"
)

// fakeMMS is how a fake speaks MMS.
type fakeMMS struct {
	hr      mms.HRESULT // of ReportOpenFile
	swap    int         // the packet that comes after the next but one, 0 for none
	change  int         // the packet with which another entry of a playlist begins, 0 for none
	strange bool        // it asks for a password

	pongs  atomic.Int64
	closed atomic.Int64 // CloseFile
	media  net.Conn     // nil: TCP
}

func (f *fake) serveMMS(c net.Conn) {
	say := func(m mms.Appender) { c.Write(mms.AppendPacket(nil, 0, 0, m)) }
	r := mms.NewReader(c)
	over := make(chan struct{})
	close(over)
	defer func() { <-over }()
	defer c.Close() // ends the stream
	for {
		item, err := r.Next()
		if err != nil {
			return
		}
		f.sleep(fakeReply)
		switch body := item.Message.Body; item.Message.MID {
		case mms.MIDConnect, mms.MIDFunnelInfo, mms.MIDConnectFunnel, mms.MIDOpenFile:
			f.mmsGreet(item.Message.MID, body, say)
		case mms.MIDReadBlock:
			say(&mms.ReportReadBlock{PlayIncarnation: mmsHeaderIncarnation})
			f.mmsHeader(c, mmsHeaderIncarnation)
		case mms.MIDStreamSwitch:
			say(&mms.Ping{})
			say(&mms.ReportStreamSwitch{})
		case mms.MIDStartPlaying:
			say(&mms.ReportStartedPlaying{PlayIncarnation: mmsPlayIncarnation})
			over = make(chan struct{})
			f.served.Go(func() {
				defer close(over)
				if f.mmsPlay(c) == nil {
					say(&mms.ReportEndOfStream{PlayIncarnation: mmsPlayIncarnation})
				}
			})
		case mms.MIDPong:
			f.mms.pongs.Add(1)
		case mms.MIDCloseFile:
			f.mms.closed.Add(1)
			return
		}
	}
}

// mmsGreet answers what comes before the header.
func (f *fake) mmsGreet(mid mms.MID, body []byte, say func(mms.Appender)) {
	switch mid {
	case mms.MIDConnect:
		m := mms.NewReportConnectedEX(mms.SOK, mms.DisablePacketPair, "9.0", "")
		say(&m)
	case mms.MIDFunnelInfo:
		m := mms.NewReportFunnelInfo(mms.DisablePacketPair, 7)
		say(&m)
	case mms.MIDConnectFunnel:
		f.mmsFunnel(body)
		say(&mms.ReportConnectedFunnel{FunnelName: mms.FunnelName})
	case mms.MIDOpenFile:
		if f.mms.strange {
			say(&mms.SecurityChallenge{})
		}
		say(f.mmsOpen(body))
	}
}

func (f *fake) mmsFunnel(body []byte) {
	m, _ := mms.ParseConnectFunnel(body)
	if where, _ := mms.ParseFunnel(m.FunnelName); where.UDP {
		f.mms.media, _ = net.Dial("udp", fmt.Sprintf("127.0.0.1:%d", where.Port))
	}
}

func (f *fake) mmsOpen(body []byte) *mms.ReportOpenFile {
	m, err := mms.ParseOpenFile(body)
	hr := f.mms.hr
	if err != nil || m.FileName != "x?a=b" {
		hr = mms.EFileNotFound
	}
	return &mms.ReportOpenFile{HR: hr, OpenFileID: 1, FilePacketSize: fakePacket}
}

func (f *fake) mmsSend(c net.Conn, b []byte) error {
	if f.mms.media != nil {
		c = f.mms.media
	}
	_, err := c.Write(b)
	return err
}

func (f *fake) mmsHeader(c net.Conn, incarnation byte) {
	header := fakeHeader()
	for i := range mms.HeaderPieces(len(header), fakePacket) {
		f.mmsSend(c, mms.AppendHeaderPiece(nil, incarnation, i, header, fakePacket))
	}
}

func (f *fake) mmsPlay(c net.Conn) error {
	if f.mms.media != nil {
		defer f.mms.media.Close()
	}
	return f.packets(func(b []byte) error {
		if i := f.mms.change; i > 0 && string(b) == string(f.dataPacket(i)) {
			c.Write(mms.AppendPacket(nil, 0, 0, &mms.ReportEndOfStream{HR: mms.SFalse, PlayIncarnation: mmsPlayIncarnation}))
			c.Write(mms.AppendPacket(nil, 0, 0, &mms.ReportStreamChange{TCPHdrIncarnation: uint32(mms.HeaderIncarnationTCP)}))
			f.mmsHeader(c, mms.HeaderIncarnationTCP)
		}
		return f.mmsSend(c, b)
	})
}

// dataPacket makes the ith packet.
func (f *fake) dataPacket(i int) []byte {
	if s := f.mms.swap; s > 0 && (i == s || i == s+2) {
		i = 2*s + 2 - i
	}
	incarnation, location := byte(mmsPlayIncarnation), i
	if f.mms.change > 0 && i >= f.mms.change {
		incarnation, location = mms.HeaderIncarnationTCP, i-f.mms.change
	}
	size := fakePacket
	if f.garbageAt > 0 && i == f.garbageAt {
		size = -1
	}
	b := mms.AppendDataHead(nil, uint32(location), incarnation, f.startSeq+byte(i), size)
	return append(b, make([]byte, max(size, 0))...)
}
