package wmsp

import "strings"

// Tokens is a set of tokens of the Pragma header, [MS-WMSP] 2.2.1.4.1 to .38.
type Tokens uint64

const (
	TokenAccelBW Tokens = 1 << iota
	TokenAccelDuration
	TokenBurstBW
	TokenBurstDuration
	TokenClientID
	TokenClientLag
	TokenExpectNewHeader
	TokenFeatures
	TokenLinkBW
	TokenLogLine
	TokenMaxDuration
	TokenNoCache
	TokenPacketNum
	TokenPacketPair
	TokenPipelineExperiment
	TokenPipelineRequest
	TokenPipelineResult
	TokenPlaylistGenID
	TokenPlaylistSeekID
	TokenPLOffset
	TokenProxyClientAgent
	TokenRate
	TokenRequestContext
	TokenSpeed
	TokenStreamOffset
	TokenSwitchCount
	TokenSwitchEntry
	TokenStreamTime
	TokenTimeout
	TokenVersion11
	TokenVersionInfo
	TokenVersionURL
	TokenClientGUID
	TokenKeepAliveInPause
	TokenPlayNextEntry
	TokenPlayStrm
	TokenResetStrm
	TokenStopStrm
)

// pragmaToken joins a token's name to its field in Pragma.
type pragmaToken struct {
	bit   Tokens
	name  string
	field func(*Pragma) pragmaValue
}

// pragmaTokens is in the order in which Append writes: no-cache first, then
// what requests and replies have at their beginning in the examples.
var pragmaTokens = [...]pragmaToken{
	{TokenNoCache, "no-cache", func(p *Pragma) pragmaValue { return (*tokenWord)(&p.NoCache) }},
	{TokenPLOffset, "pl-offset", func(p *Pragma) pragmaValue { return (*tokenDirection)(&p.PLOffset) }},
	{TokenRate, "rate", func(p *Pragma) pragmaValue { return (*tokenDecimal)(&p.Rate) }},
	{TokenStreamTime, "stream-time", func(p *Pragma) pragmaValue { return (*tokenNumber)(&p.StreamTime) }},
	{TokenStreamOffset, "stream-offset", func(p *Pragma) pragmaValue { return (*tokenOffset)(&p.StreamOffset) }},
	{TokenPacketNum, "packet-num", func(p *Pragma) pragmaValue { return (*tokenNumber)(&p.PacketNum) }},
	{TokenMaxDuration, "max-duration", func(p *Pragma) pragmaValue { return (*tokenNumber)(&p.MaxDuration) }},
	{TokenRequestContext, "request-context", func(p *Pragma) pragmaValue { return (*tokenNumber)(&p.RequestContext) }},
	{TokenPlayStrm, "xPlayStrm", func(p *Pragma) pragmaValue { return (*tokenFlag)(&p.PlayStrm) }},
	{TokenPlayNextEntry, "xPlayNextEntry", func(p *Pragma) pragmaValue { return (*tokenFlag)(&p.PlayNextEntry) }},
	{TokenStopStrm, "xStopStrm", func(p *Pragma) pragmaValue { return (*tokenFlag)(&p.StopStrm) }},
	{TokenKeepAliveInPause, "xKeepAliveInPause", func(p *Pragma) pragmaValue { return (*tokenFlag)(&p.KeepAliveInPause) }},
	{TokenClientID, "client-id", func(p *Pragma) pragmaValue { return (*tokenNumber)(&p.ClientID) }},
	{TokenResetStrm, "xResetStrm", func(p *Pragma) pragmaValue { return (*tokenFlag)(&p.ResetStrm) }},
	{TokenTimeout, "timeout", func(p *Pragma) pragmaValue { return (*tokenNumber)(&p.Timeout) }},
	{TokenPlaylistGenID, "playlist-gen-id", func(p *Pragma) pragmaValue { return (*tokenNumber)(&p.PlaylistGenID) }},
	{TokenPlaylistSeekID, "playlist-seek-id", func(p *Pragma) pragmaValue { return (*tokenNumber)(&p.PlaylistSeekID) }},
	{TokenClientLag, "client-lag", func(p *Pragma) pragmaValue { return (*tokenNumber)(&p.ClientLag) }},
	{TokenLinkBW, "LinkBW", func(p *Pragma) pragmaValue { return (*tokenNumber)(&p.LinkBW) }},
	{TokenAccelBW, "AccelBW", func(p *Pragma) pragmaValue { return (*tokenNumber)(&p.AccelBW) }},
	{TokenAccelDuration, "AccelDuration", func(p *Pragma) pragmaValue { return (*tokenNumber)(&p.AccelDuration) }},
	{TokenBurstBW, "BurstBW", func(p *Pragma) pragmaValue { return (*tokenNumber)(&p.BurstBW) }},
	{TokenBurstDuration, "BurstDuration", func(p *Pragma) pragmaValue { return (*tokenNumber)(&p.BurstDuration) }},
	{TokenSpeed, "Speed", func(p *Pragma) pragmaValue { return (*tokenDecimal)(&p.Speed) }},
	{TokenExpectNewHeader, "expect-new-header", func(p *Pragma) pragmaValue { return (*tokenFlag)(&p.ExpectNewHeader) }},
	{TokenPacketPair, "packet-pair-experiment", func(p *Pragma) pragmaValue { return (*tokenFlag)(&p.PacketPair) }},
	{TokenPipelineExperiment, "pipeline-experiment", func(p *Pragma) pragmaValue { return (*tokenFlag)(&p.PipelineExperiment) }},
	{TokenPipelineRequest, "pipeline-request", func(p *Pragma) pragmaValue { return (*tokenFlag)(&p.PipelineRequest) }},
	{TokenPipelineResult, "pipeline-result", func(p *Pragma) pragmaValue { return (*tokenFlag)(&p.PipelineResult) }},
	{TokenVersion11, "version11-enabled", func(p *Pragma) pragmaValue { return (*tokenFlag)(&p.Version11) }},
	{TokenClientGUID, "xClientGUID", func(p *Pragma) pragmaValue { return (*tokenGUID)(&p.ClientGUID) }},
	{TokenProxyClientAgent, "proxy-client-agent", func(p *Pragma) pragmaValue { return (*tokenQuoted)(&p.ProxyClientAgent) }},
	{TokenVersionInfo, "version-info", func(p *Pragma) pragmaValue { return (*tokenVersion)(&p.VersionInfo) }},
	{TokenVersionURL, "version-url", func(p *Pragma) pragmaValue { return (*tokenQuoted)(&p.VersionURL) }},
	{TokenSwitchCount, "stream-switch-count", func(p *Pragma) pragmaValue { return (*tokenNumber)(&p.SwitchCount) }},
	{TokenFeatures, "features", func(p *Pragma) pragmaValue { return (*tokenFeatures)(&p.Features) }},
	{TokenSwitchEntry, "stream-switch-entry", func(p *Pragma) pragmaValue { return (*tokenEntries)(&p.SwitchEntry) }},
	{TokenLogLine, "log-line", func(p *Pragma) pragmaValue { return (*tokenVerbatim)(&p.LogLine) }},
}

// pragmaAliases are the names that the examples of 2.2.1.4.26 and .27 have.
var pragmaAliases = [...][2]string{
	{"switch-stream-count", "stream-switch-count"},
	{"switch-stream-entry", "stream-switch-entry"},
}

// findToken returns nil for an unknown name. Case does not matter: the
// specification itself writes "speed" and "Speed".
func findToken(name string) *pragmaToken {
	for _, alias := range pragmaAliases {
		if strings.EqualFold(name, alias[0]) {
			name = alias[1]
		}
	}
	for i := range pragmaTokens {
		if strings.EqualFold(name, pragmaTokens[i].name) {
			return &pragmaTokens[i]
		}
	}
	return nil
}

// append writes "name=value", or the bare name of no-cache.
func (t *pragmaToken) append(b []byte, p *Pragma) []byte {
	b = append(b, t.name...)
	if t.bit == TokenNoCache {
		return b
	}
	b = append(b, '=')
	return t.field(p).append(b)
}
