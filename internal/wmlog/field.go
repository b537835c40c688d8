package wmlog

// Field is a column of the log, in the order in which they stand: that of the
// summary of 52 fields, [MS-WMLOG] 2.2.2.
type Field uint8

// The fields of [MS-WMLOG] 2.1.
const (
	ClientIP Field = iota
	Date
	Time
	ClientDNS
	URIStem
	StartTime
	Duration
	Rate
	Status
	PlayerID
	PlayerVersion
	PlayerLanguage
	UserAgent
	Referer
	HostExe
	HostExeVersion
	OS
	OSVersion
	CPU
	FileLength
	FileSize
	AvgBandwidth
	Protocol
	Transport
	AudioCodec
	VideoCodec
	ChannelURL
	ServerBytes
	ClientBytes
	PacketsSent
	PacketsReceived
	LostClient
	LostNet
	LostContNet
	ResendRequests
	RecoveredECC
	RecoveredResent
	BufferCount
	BufferTime
	Quality
	ServerIP
	ServerDNS
	TotalClients
	CPUUtil
	UserName
	SessionID
	ContentPath
	URL
	MediaName
	MaxBandwidth
	MediaRole
	Proxied
	fieldCount
)

// kind is what a field takes.
type kind uint8

const (
	word    kind = iota // printable, spaces become "_"
	number              // digits
	rate                // a number with a sign and a fraction, if need be
	status              // three digits
	address             // of IPv4 or IPv6
	link                // a URL, percent-encoded
)

// The longest values, in bytes. What is longer is cut off.
const (
	shortText = 64
	longText  = 256
	longLink  = 4096
)

// A spec says how a field is called and what it takes.
type spec struct {
	name string // in the header of a log of Windows Media Services
	xml  string // in [MS-WMLOG] 2.4, where that is another
	kind kind
	most int
}

var specs = [fieldCount]spec{
	ClientIP:        {name: "c-ip", kind: address},
	Date:            {name: "date", most: shortText},
	Time:            {name: "time", most: shortText},
	ClientDNS:       {name: "c-dns", most: longText},
	URIStem:         {name: "cs-uri-stem", kind: link, most: longLink},
	StartTime:       {name: "c-starttime", kind: number},
	Duration:        {name: "x-duration", kind: number},
	Rate:            {name: "c-rate", kind: rate},
	Status:          {name: "c-status", kind: status},
	PlayerID:        {name: "c-playerid", most: shortText},
	PlayerVersion:   {name: "c-playerversion", most: shortText},
	PlayerLanguage:  {name: "c-playerlanguage", most: shortText},
	UserAgent:       {name: "cs(User-Agent)", xml: "cs-User-Agent", most: longText},
	Referer:         {name: "cs(Referer)", xml: "cs-Referer", kind: link, most: longLink},
	HostExe:         {name: "c-hostexe", most: longText},
	HostExeVersion:  {name: "c-hostexever", most: shortText},
	OS:              {name: "c-os", most: shortText},
	OSVersion:       {name: "c-osversion", most: shortText},
	CPU:             {name: "c-cpu", most: shortText},
	FileLength:      {name: "filelength", kind: number},
	FileSize:        {name: "filesize", kind: number},
	AvgBandwidth:    {name: "avgbandwidth", kind: number},
	Protocol:        {name: "protocol", most: shortText},
	Transport:       {name: "transport", most: shortText},
	AudioCodec:      {name: "audiocodec", most: longText},
	VideoCodec:      {name: "videocodec", most: longText},
	ChannelURL:      {name: "channelURL", xml: "c-channelURL", kind: link, most: longLink},
	ServerBytes:     {name: "sc-bytes", kind: number},
	ClientBytes:     {name: "c-bytes", kind: number},
	PacketsSent:     {name: "s-pkts-sent", kind: number},
	PacketsReceived: {name: "c-pkts-received", kind: number},
	LostClient:      {name: "c-pkts-lost-client", kind: number},
	LostNet:         {name: "c-pkts-lost-net", kind: number},
	LostContNet:     {name: "c-pkts-lost-cont-net", kind: number},
	ResendRequests:  {name: "c-resendreqs", kind: number},
	RecoveredECC:    {name: "c-pkts-recovered-ECC", kind: number},
	RecoveredResent: {name: "c-pkts-recovered-resent", kind: number},
	BufferCount:     {name: "c-buffercount", kind: number},
	BufferTime:      {name: "c-totalbuffertime", kind: number},
	Quality:         {name: "c-quality", kind: number},
	ServerIP:        {name: "s-ip", kind: address},
	ServerDNS:       {name: "s-dns", most: longText},
	TotalClients:    {name: "s-totalclients", kind: number},
	CPUUtil:         {name: "s-cpu-util", kind: number},
	UserName:        {name: "cs-user-name", most: longText},
	SessionID:       {name: "s-session-id", most: shortText},
	ContentPath:     {name: "s-content-path", kind: link, most: longLink},
	URL:             {name: "cs-url", kind: link, most: longLink},
	MediaName:       {name: "cs-media-name", most: longText},
	MaxBandwidth:    {name: "c-max-bandwidth", kind: number},
	MediaRole:       {name: "cs-media-role", most: longText},
	Proxied:         {name: "s-proxied", kind: number},
}

// String is the field's name in the header of a log.
func (f Field) String() string { return specs[f].name }

// byName has each field under the names of both forms.
var byName = func() map[string]Field {
	m := map[string]Field{}
	for f, s := range specs {
		m[s.name] = Field(f)
		if s.xml != "" {
			m[s.xml] = Field(f)
		}
	}
	return m
}()

// Values are the fields of one line; "" is what is not known.
type Values [fieldCount]string

// Set cleans a value and keeps it. It says whether the field takes such a value:
// what it does not take is as if it were not known.
func (v *Values) Set(f Field, value string) bool {
	clean, ok := cleanValue(&specs[f], value)
	if !ok {
		clean = ""
	}
	v[f] = clean
	return ok
}

// or sets what is not known yet.
func (v *Values) or(f Field, value string) {
	if v[f] == "" {
		v.Set(f, value)
	}
}
