package interop

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"caracal/internal/auth/ntlm"
	"caracal/mms"
)

// handPlayer says what a player says, one message after the other.
type handPlayer struct {
	t      *testing.T
	conn   net.Conn
	in     *mms.Reader
	udp    net.PacketConn // where data packets come to; nil: with the messages
	seq    uint16
	scheme string
	ntlm   *ntlm.Initiator
}

// loginByHand opens the club's clip as the member, takes the header and the first
// packet, and goes.
func loginByHand(t *testing.T, address, scheme string, overUDP bool) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	p := &handPlayer{t: t, conn: conn, in: mms.NewDataReader(conn), scheme: scheme}
	funnel := mms.Funnel{Addr: netip.MustParseAddr("127.0.0.1"), Port: 1037}
	if overUDP {
		if p.udp, err = net.ListenPacket("udp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		defer p.udp.Close()
		funnel.UDP, funnel.Port = true, uint16(p.udp.LocalAddr().(*net.UDPAddr).Port)
	}
	p.say(&mms.Connect{PlayIncarnation: mms.DisablePacketPair, SubscriberName: mms.Subscriber{Client: "NSPlayer/9.0.0.2980"}}, mms.MIDReportConnectedEX)
	p.say(&mms.FunnelInfo{PlayIncarnation: mms.DisablePacketPair}, mms.MIDReportFunnelInfo)
	p.say(&mms.ConnectFunnel{FunnelMode: mms.FunnelMode, FunnelName: funnel.String()}, mms.MIDReportConnectedFunnel)
	m := p.say(&mms.OpenFile{PlayIncarnation: 9, FileName: "club/" + plain}, mms.MIDSecurityChallenge, mms.MIDReportOpenFile)
	for m.MID == mms.MIDSecurityChallenge {
		m = p.say(p.answer(m.Body), mms.MIDSecurityChallenge, mms.MIDReportOpenFile)
	}
	if r, err := mms.ParseReportOpenFile(m.Body); err != nil || r.HR != mms.SOK {
		t.Fatalf("%+v, %v", r, err)
	}
	p.say(&mms.ReadBlock{OpenFileID: 1, Length: mms.ReadBlockLength, Flags: mms.ReadBlockFlags, TDeadline: mms.ReadBlockDeadline, PlayIncarnation: 1}, mms.MIDReportReadBlock)
	p.wait(1)
	p.say(&mms.StreamSwitch{Entries: []mms.StreamSwitchEntry{{SrcStreamNumber: mms.NoStream, DstStreamNumber: 1}}}, mms.MIDReportStreamSwitch)
	p.say(&mms.StartPlaying{OpenFileID: 1, PlayIncarnation: 10, Position: mms.Position{ASFOffset: mms.NoPosition, LocationID: mms.NoPosition}}, mms.MIDReportStartedPlaying)
	p.wait(10)
	p.say(&mms.CloseFile{OpenFileID: 1})
	for err == nil {
		_, err = p.in.Next()
	}
}

// say sends a message, and returns the next one of these kinds; without any it waits
// for nothing.
func (p *handPlayer) say(m mms.Appender, kinds ...mms.MID) mms.Message {
	p.t.Helper()
	p.conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := p.conn.Write(mms.AppendPacket(nil, p.seq, 0, m)); err != nil {
		p.t.Fatal(err)
	}
	p.seq++
	for len(kinds) > 0 {
		item, err := p.in.Next()
		if err != nil {
			p.t.Fatalf("no %v: %v", kinds, err)
		}
		for _, kind := range kinds {
			if !item.IsData && item.Message.MID == kind {
				return item.Message
			}
		}
	}
	return mms.Message{}
}

// wait returns when a data packet has come that was asked for with an incarnation.
func (p *handPlayer) wait(incarnation byte) {
	p.t.Helper()
	b := make([]byte, 1<<16)
	for {
		if p.udp == nil {
			item, err := p.in.Next()
			if err != nil {
				p.t.Fatal(err)
			}
			if item.IsData && item.Data.PlayIncarnation == incarnation {
				return
			}
			continue
		}
		p.udp.SetReadDeadline(time.Now().Add(20 * time.Second))
		n, _, err := p.udp.ReadFrom(b)
		if err != nil {
			p.t.Fatal(err)
		}
		if d, err := mms.ParseDatagram(b[:n]); err == nil && d.PlayIncarnation == incarnation {
			return
		}
	}
}

// answer is what the member says to a challenge.
func (p *handPlayer) answer(body []byte) *mms.SecurityResponse {
	p.t.Helper()
	c, err := mms.ParseSecurityChallenge(body)
	if err != nil {
		p.t.Fatal(err)
	}
	r := &mms.SecurityResponse{PlayIncarnation: c.PlayIncarnation, Cookie: c.Cookie}
	token, err := mms.ParseToken(c.Token)
	if err != nil || token.IsNTLM != (p.scheme == "NTLM") {
		p.t.Fatalf("%+v, %v", token, err)
	}
	if !token.IsNTLM {
		r.Token = mms.AppendBasicCredentials(nil, member, memberPassword)
		return r
	}
	if p.ntlm == nil {
		p.ntlm, err = ntlm.NewInitiator(ntlm.InitiatorOptions{User: member, Workstation: "PC", Password: memberPassword, Now: time.Now})
		if err != nil {
			p.t.Fatal(err)
		}
	}
	ours, _, err := p.ntlm.Step(token.NTLM)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Token = mms.AppendNTLM(nil, ours, false)
	return r
}
