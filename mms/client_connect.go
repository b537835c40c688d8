package mms

import (
	"context"

	"caracal/internal/pull"
)

// connect sends Connect, [MS-MMSP] 3.1.4.1.1.
func (s *clientSession) connect(ctx context.Context, proxy bool) (ReportConnectedEX, error) {
	m := Connect{
		PlayIncarnation:             DisablePacketPair,
		MacToViewerProtocolRevision: MacToViewerProtocolRevision,
		ViewerToMacProtocolRevision: ViewerToMacProtocolRevision,
	}
	if s.c.Measure {
		m.PlayIncarnation = UsePacketPair
	}
	host := s.u.Host
	if proxy {
		host = s.u.Address // with its port, 2.2.4.17
	}
	m.SubscriberName.Client = s.c.agent() + "; " + s.guid + "; Host: " + host
	var connected ReportConnectedEX
	err := s.ask(ctx, &m, func(m Message) (bool, error) {
		var err error
		connected, err = answer(m, ParseReportConnectedEX, func(r *ReportConnectedEX) HRESULT { return r.HR })
		s.version = parseServerVersion(connected.ServerVersionInfo)
		return true, err
	}, MIDReportConnectedEX)
	return connected, err
}

// funnelInfo asks for the identifier that requests for lost packets need, and
// for packet pairs, [MS-MMSP] 3.1.5.3 and 3.1.5.4.
func (s *clientSession) funnelInfo(ctx context.Context, connected *ReportConnectedEX) error {
	m := FunnelInfo{DisablePacketPair}
	if s.c.Measure && connected.PlayIncarnation == UsePacketPair {
		m.PlayIncarnation = PacketPairTCPHighEntropy
		if s.udp {
			m.PlayIncarnation = PacketPairUDPHighEntropy
		}
	}
	return s.ask(ctx, &m, func(m Message) (bool, error) {
		info, err := answer(m, ParseReportFunnelInfo, func(r *ReportFunnelInfo) HRESULT { return r.HR })
		if err != nil {
			return true, err
		}
		s.clientID, s.hasClientID = info.Cubs, true
		if info.PlayIncarnation != PacketPairTCPHighEntropy && info.PlayIncarnation != UsePacketPair {
			return true, nil
		}
		s.stats.Pairs++
		s.pair.Note(s.readAt, len(m.Body)+messageHeadSize+TCPMessageHeaderSize)
		return s.pair.Count() == PairMessages, nil
	}, MIDReportFunnelInfo)
}

// connectFunnel says how and where data packets are to come, [MS-MMSP]
// 3.1.5.4, and takes TCP instead of UDP if it may, 3.1.5.5.
func (s *clientSession) connectFunnel(ctx context.Context) error {
	if s.udp {
		if err := s.listen(ctx); err != nil {
			return err
		}
	}
	for {
		err := s.askFunnel(ctx)
		status, refused := err.(*StatusError)
		if !refused || status.Message != MIDReportDisconnectedFunnel || !s.udp || !s.c.Either {
			return err
		}
		s.mu.Lock()
		s.udp = false
		s.mu.Unlock()
	}
}

func (s *clientSession) askFunnel(ctx context.Context) error {
	local := pull.AddrPort(s.conn.LocalAddr())
	f := Funnel{Addr: local.Addr().WithZone(""), UDP: s.udp, Port: max(local.Port(), 1)}
	if s.udp {
		f.Port = pull.AddrPort(s.socket.conn.LocalAddr()).Port()
	}
	m := ConnectFunnel{
		MaxBlockBytes: NoPosition, MaxBitRate: MaxBitRate, FunnelMode: FunnelMode, FunnelName: f.String(),
	}
	return s.ask(ctx, &m, func(m Message) (bool, error) {
		var err error
		if m.MID == MIDReportDisconnectedFunnel {
			var refused ReportDisconnectedFunnel
			if refused, err = ParseReportDisconnectedFunnel(m.Body); err == nil {
				err = &StatusError{Message: m.MID, HR: refused.HR}
			}
			return true, err
		}
		_, err = answer(m, ParseReportConnectedFunnel, func(r *ReportConnectedFunnel) HRESULT { return r.HR })
		return true, err
	}, MIDReportConnectedFunnel, MIDReportDisconnectedFunnel)
}

// listen opens the port that data packets are to come to.
func (s *clientSession) listen(ctx context.Context) error {
	conn, err := pull.Listen(ctx, s.c.Listen, s.conn, "0")
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		conn.Close()
		return s.err
	}
	s.socket = clientSocket{conn: conn, peer: pull.AddrPort(s.conn.RemoteAddr())}
	s.wg.Go(s.receive)
	return nil
}
