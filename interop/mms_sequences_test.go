package interop

import "caracal/mms"

// The sequences of [MS-MMSP] 4.3, 4.4.1, 4.4.2 and 4.5.1, in parts.
const (
	talkConnects = "Connect ReportConnectedEX FunnelInfo ReportFunnelInfo "
	talkMeasures = "Connect ReportConnectedEX FunnelInfo ReportFunnelInfo ReportFunnelInfo ReportFunnelInfo "
	talkOpens    = "ConnectFunnel ReportConnectedFunnel OpenFile ReportOpenFile "
	talkReads    = "ReadBlock ReportReadBlock header "
	talkPairs    = "ReadBlock pair ReportReadBlock header "
	talkSelects  = "StreamSwitch ReportStreamSwitch "
	talkPlays    = "StartPlaying ReportStartedPlaying packets "
	talkStrides  = "StartStriding ReportStartStriding packets "
	talkStops    = "StopPlaying Logging ReportEndOfStream "
	talkEnds     = "ReportEndOfStream Logging "
	talkCloses   = "CloseFile"

	talkBegins = talkConnects + talkOpens + talkReads + talkSelects + talkPlays
	talkLeaves = talkStops + talkCloses
)

// mmsSessions are those of section 4, and pauses and other streams (3.1.4.3,
// 3.1.4.5), as a Client makes them over TCP; the beginning differs over UDP if
// packet pairs are asked for.
var mmsSessions = []struct {
	name    string
	client  mms.Client
	whole   bool // the packets are those of the clip
	do      func(p *mmsPlayer)
	tcp     string
	overUDP string // "": the same
}{
	{name: "4.3", whole: true, do: func(p *mmsPlayer) { p.toTheEnd() }, tcp: talkBegins + talkEnds + talkCloses},
	{name: "4.4", client: mms.Client{Measure: true}, do: func(p *mmsPlayer) { p.packets(3) },
		tcp:     talkMeasures + talkOpens + talkReads + talkSelects + talkPlays + talkLeaves,
		overUDP: talkConnects + talkOpens + talkPairs + talkSelects + talkPlays + talkLeaves},
	{name: "4.5.1 seek", do: func(p *mmsPlayer) {
		p.packets(3)
		p.play(mms.PlayOptions{Start: mms.Start{Seconds: 5}})
		p.packets(3)
	}, tcp: talkBegins + talkStops + talkSelects + talkPlays + talkLeaves},
	{name: "4.5.1 fast forward and rewind", do: func(p *mmsPlayer) {
		p.packets(3)
		p.play(mms.PlayOptions{Start: mms.Start{Seconds: 1}, Rate: 5})
		p.packets(3)
		p.play(mms.PlayOptions{Start: mms.Start{Seconds: 8}, Rate: -5})
		p.packets(3)
	}, tcp: talkBegins + talkStops + talkSelects + talkStrides + talkStops + talkSelects + talkStrides + talkLeaves},
	{name: "pause", do: func(p *mmsPlayer) {
		p.packets(3)
		p.play(mms.PlayOptions{Start: mms.Start{Unit: mms.Packets, Number: 3}})
		p.packets(3)
	}, tcp: talkBegins + talkStops + talkSelects + talkPlays + talkLeaves},
	{name: "other streams", do: func(p *mmsPlayer) {
		p.packets(3)
		p.check(p.stream.Select(p.ctx, p.stream.Description().Selection([]uint16{2})))
		p.filtered()
	}, tcp: talkBegins + talkSelects + "packets " + talkLeaves},
}
