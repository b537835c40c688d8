package announce

// Way is one kind of endpoint.
type Way uint8

const (
	HTTP    Way = iota // the web address, which streams to Windows Media Player
	Plain              // the web address, if it has a file or a stream for all others too
	Station            // the .nsc file of a multicast
	MMS                // mms://, which Windows Media Player and its like roll over from
	RTSP               // rtsp://
	MMSH               // mmsh://, Windows Media's HTTP for programs that tell it from the web's
	ways
)

// Ways are the endpoints that there are.
type Ways [ways]Endpoint

// Player is a generation of players, and what announcements are for it.
type Player struct {
	ID   string // in "?player="
	Name string // for people
	Ways []Way  // in the order in which it is to try them
	// Streams says that it opens as Windows Media what a web address calls so.
	Streams bool
	// One says that a second reference is a second film to it.
	One bool
	// Short says that it knows no announcements but "[Reference]".
	Short bool
	// NotASF says that it takes what comes under the content's own type for the
	// content, and not for an announcement.
	NotASF bool
	// NoWMX says that it does not know the type that .wmx files have.
	NoWMX bool
	// WPL says that it reads lists of that kind.
	WPL bool
	// Leads says that it reads no announcements at all: it is led to the content,
	// if that has a web address.
	Leads bool
	// Marker says that it finds a marker of the file by its number.
	Marker bool
}

// Players are all generations, in the order in which people are shown them.
func Players() []Player { return append([]Player(nil), players...) }

// What is known of each player is in docs/players.md.
var players = []Player{
	{ID: "netshow", Name: "NetShow Player 2 and 3", Ways: []Way{MMS, HTTP}, Streams: true, Short: true},
	{ID: "wmp6", Name: "Windows Media Player 6.4, 7 and 8", Ways: []Way{Station, MMS, HTTP}, Streams: true, Marker: true},
	{ID: "wmp9", Name: "Windows Media Player 9 and 10", Ways: []Way{Station, RTSP, MMS, HTTP}, Streams: true, WPL: true, Marker: true},
	{ID: "wmp11", Name: "Windows Media Player 11 and 12", Ways: []Way{Station, RTSP, HTTP}, Streams: true, WPL: true, Marker: true},
	{ID: "xp", Name: "Internet Explorer on Windows XP", Ways: []Way{Station, HTTP, MMS}, Streams: true, WPL: true, Marker: true},
	{ID: "mac", Name: "Windows Media Player for Mac, QuickTime with Flip4Mac", Ways: []Way{HTTP}, Streams: true},
	{ID: "mobile", Name: "Windows CE, Pocket PC, Windows Mobile", Ways: []Way{MMS, HTTP}, Streams: true},
	{ID: "xbox", Name: "Zune, Xbox 360", Ways: []Way{HTTP}, Streams: true, WPL: true},
	{ID: "webtv", Name: "WebTV, MSN TV", Ways: []Way{MMS, HTTP}, Streams: true},
	{ID: "kodi", Name: "Kodi", Ways: []Way{Plain, MMSH}, One: true, WPL: true},
	{ID: "vlc", Name: "VLC", Ways: []Way{MMSH}, One: true, NoWMX: true, WPL: true},
	{ID: "mplayer", Name: "MPlayer", Ways: []Way{MMSH}, One: true, NotASF: true},
	{ID: "ffmpeg", Name: "FFmpeg, mpv, GStreamer", Ways: []Way{Plain, MMSH}, One: true, Leads: true},
	{ID: "other", Name: "Other players and browsers", Ways: []Way{Plain, MMS, HTTP}, One: true, WPL: true},
}

// other is the ID of what is not known: nearly all of them open web addresses.
const other = "other"

// ByID finds a player.
func ByID(id string) (Player, bool) {
	for _, p := range players {
		if p.ID == id {
			return p, true
		}
	}
	return Player{}, false
}

// Choose gives the endpoints for something of a name, in the order in which the
// player is to try them. There is one if there is a web address.
func (p *Player) Choose(ways Ways, name string) []Endpoint {
	var chosen, last []Endpoint
	for _, w := range p.Ways {
		e := ways[w]
		if e.Host == "" {
			continue
		}
		if e.Scheme == "rtsps" { // of which Windows Media Player knows nothing
			last = append(last, e)
			continue
		}
		if w == HTTP && p.Streams && !saysMedia(name) {
			e = e.Streamed()
		}
		chosen = append(chosen, e)
		if p.One {
			break
		}
	}
	return append(chosen, last...)
}
