package wmlog

import (
	"math"
	"strconv"
	"time"

	"caracal/internal/event"
)

// What a line of the log is about.
const (
	ofPlay      = "play"       // the player's report and the server's figures
	ofSilent    = "unreported" // the server's figures: the player has said nothing
	ofRendering = "rendering"  // content was shown, wherever it came from
	ofReport    = "report"     // the player's report, of what the server has no figures
	ofRefused   = "refused"
	ofBad       = "bad-log" // what came cannot be read
)

// The codes of Windows Media Services that are no player's.
const (
	statusOK     = "200"
	statusSilent = "408" // the player went without a report
	statusFailed = "500" // of the server
)

// entry is one line of the log.
type entry struct {
	time   time.Time // when what it is about began
	about  string
	who    event.Player
	point  Place
	values Values

	end     time.Time
	late    uint64
	skipped uint64
	reason  string
	report  *Report // nil: the player has said nothing
}

// newEntry has what the server knows of a player and of itself.
func (j *joiner) newEntry(about string, began time.Time, who *event.Player) *entry {
	e := &entry{time: began, about: about, who: *who, point: j.opt.Place(who.Target)}
	v := &e.values
	v.Set(ClientIP, who.Address.Addr().String())
	v.Set(URIStem, pathLink(who.Target))
	v.Set(ServerIP, who.Local.Addr().String())
	v.Set(ServerDNS, j.opt.Server)
	v.Set(ContentPath, e.point.Content)
	v.Set(Proxied, "0")
	if who.Via != "" {
		v.Set(Proxied, "1")
	}
	if who.Account != "" {
		v.Set(UserName, who.Account)
	}
	if who.Session != 0 {
		v.Set(SessionID, strconv.FormatUint(uint64(who.Session), 10))
	}
	if players, cpu, ok := j.opt.Load(); ok {
		v.Set(TotalClients, strconv.Itoa(players))
		if cpu >= 0 {
			v.Set(CPUUtil, strconv.Itoa(min(cpu, 100)))
		}
	}
	return e
}

// The fields of a report that do not count: the server knows them itself, and a
// player's name for itself is its own affair, 2.1.5 and 2.1.8.
var notReported = [...]Field{
	ClientIP, Date, Time, ClientDNS, URIStem, ServerBytes, PacketsSent, ServerIP, ServerDNS, TotalClients, CPUUtil, UserName, SessionID,
	ContentPath, Proxied,
}

// take joins what the player says with what the server knows.
func (e *entry) take(r *Report) {
	e.report = r
	v := &e.values
	for f := range fieldCount {
		if r.Values[f] != "" && !owned(f) {
			v[f] = r.Values[f]
		}
	}
	if v[URIStem] == "" {
		v[URIStem] = stemOf(r.Values[URIStem])
	}
	if r.Values[Proxied] == "1" {
		e.forwarded(r)
	}
	if v[Status] == "" {
		v[Status] = statusOK
	}
}

// forwarded keeps whose log it is, and who hands it on: 2.1.8, 2.1.43 and 2.1.45.
func (e *entry) forwarded(r *Report) {
	v := &e.values
	v.Set(Proxied, "1")
	v[ServerIP] = v[ClientIP]
	if r.Values[ClientIP] != "" {
		v[ClientIP] = r.Values[ClientIP]
	}
	for _, f := range [...]Field{ServerDNS, TotalClients, CPUUtil} {
		v[f] = r.Values[f]
	}
}

func owned(f Field) bool {
	for _, o := range notReported {
		if o == f {
			return true
		}
	}
	return false
}

// guess has what a player's requests say, for what no report does.
func (e *entry) guess() {
	v, who := &e.values, &e.who
	v.or(UserAgent, who.Agent)
	v.or(PlayerID, braced(who.GUID))
	v.or(PlayerVersion, versionOf(who.Agent))
	v.or(Protocol, protocolOf(who.Protocol))
	if who.Local.IsValid() && who.Target != "" && who.Protocol != multicast {
		scheme := protocolOf(who.Protocol)
		v.or(URL, scheme+"://"+hostOf(scheme, who.Local)+pathLink(who.Target))
	}
}

// zeros are what Windows Media Services writes of a player that has said nothing.
func (e *entry) zeros() {
	for _, f := range [...]Field{ServerBytes, ClientBytes, PacketsSent, PacketsReceived, LostNet, LostContNet} {
		e.values.or(f, "0")
	}
}

// multicast is the protocol of players that have heard one.
const multicast = "msb"

// protocolOf is a protocol as 2.1.39 names it.
func protocolOf(p string) string {
	switch p {
	case multicast:
		return "asfm"
	case "http-plain": // a program that knows no streaming
		return "http"
	}
	return p
}

// seconds rounds up, 2.1.52.
func seconds(d time.Duration) string {
	return strconv.FormatFloat(math.Ceil(max(d, 0).Seconds()), 'f', 0, 64)
}

func count(n uint64) string { return strconv.FormatUint(n, 10) }
