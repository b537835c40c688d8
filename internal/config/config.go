// Package config reads the server's one YAML file: its defaults, strict
// decoding with the line of every mistake, and the check of every value.
package config

import (
	_ "embed"
	"time"
)

// Version is the version of the file's layout that this package reads.
const Version = 1

// Config is the whole file. The order of precedence is default, file,
// command line.
type Config struct {
	Version  int      `yaml:"version"`
	HTTP     HTTP     `yaml:"http"`
	RTSP     RTSP     `yaml:"rtsp"`
	MMS      MMS      `yaml:"mms"`
	Server   Server   `yaml:"server"`
	Sessions Sessions `yaml:"sessions"`
	Limits   Limits   `yaml:"limits"`
	Cache    Cache    `yaml:"cache"`
	Points   []Point  `yaml:"points"`
	Default  string   `yaml:"default"` // what mms://host/ leads to
	OnDemand OnDemand `yaml:"on_demand"`
	FFmpeg   FFmpeg   `yaml:"ffmpeg"`
	Log      Log      `yaml:"log"`
	Admin    Admin    `yaml:"admin"`
	Console  Console  `yaml:"console"`
	Hooks    []Hook   `yaml:"hooks"`
	State    string   `yaml:"state"` // file of what was changed while it ran; "" is none

	Data   string `yaml:"data"` // folder of the accounts; "" is none
	Auth   Auth   `yaml:"auth"`
	Access Access `yaml:"access"`
	NTLM   NTLM   `yaml:"ntlm"`

	// TrustedProxies are addresses and networks of those that say for whom they ask.
	TrustedProxies []string `yaml:"trusted_proxies"`
	Outgoing       Outgoing `yaml:"outgoing"`
	Kerberos       Kerberos `yaml:"kerberos"`
	Reload         Reload   `yaml:"reload"`

	Credentials []Credential `yaml:"credentials"` // at other servers

	warnings Problems
	where    map[string]place // of every key that was given
}

// HTTP is the listener of Windows Media HTTP streaming and of everything else
// that is asked for over HTTP.
type HTTP struct {
	Address                  string        `yaml:"address"`
	PublicHost               string        `yaml:"public_host"` // host or host:port for URLs; "" is worked out
	HeadTimeout              time.Duration `yaml:"head_timeout"`
	WriteTimeout             time.Duration `yaml:"write_timeout"`
	KeepAlive                time.Duration `yaml:"keep_alive"`
	MaxConnections           int           `yaml:"max_connections"`             // 0 is no limit
	MaxConnectionsPerAddress int           `yaml:"max_connections_per_address"` // 0 is no limit
	TLS                      TLS           `yaml:"tls"`
	Auth                     Auth          `yaml:"auth"`
	Access                   Access        `yaml:"access"`
}

// Off is what an address says when there is to be no such listener.
const Off = "off"

// RTSP is the listener of RTSP with Windows Media extensions. The limits and
// times of HTTP hold for it too.
type RTSP struct {
	Address string `yaml:"address"`  // Off for none
	UDPPort int    `yaml:"udp_port"` // of RTP, RTCP has the next one; 0 is any, -1 is TCP only
	// UDPSegmentation has the kernel cut what is due into datagrams, where it can.
	UDPSegmentation bool   `yaml:"udp_segmentation"`
	TLS             TLS    `yaml:"tls"`
	Auth            Auth   `yaml:"auth"`
	Access          Access `yaml:"access"`
}

// MMS is the listener of MMS. The limits and times of HTTP hold for it too.
type MMS struct {
	Address string `yaml:"address"` // Off for none
	UDP     bool   `yaml:"udp"`     // media over UDP, from the port with the same number
	Auth    Auth   `yaml:"auth"`
	Access  Access `yaml:"access"`
}

// Server is what the server says it is, and how it ends.
type Server struct {
	Persona       string        `yaml:"persona"`
	PersonaSpace  bool          `yaml:"persona_space"`
	ShutdownGrace time.Duration `yaml:"shutdown_grace"`
}

// Sessions are the session manager's limits; 0 is no limit.
type Sessions struct {
	Max           int           `yaml:"max"`
	MaxPerAddress int           `yaml:"max_per_address"`
	IdleTimeout   time.Duration `yaml:"idle_timeout"`
}

// Cache bounds what is kept in memory of the content.
type Cache struct {
	Memory Size `yaml:"memory"`
}

// Point is a publishing point: on demand if it has a path, a broadcast if that has
// a source, another server's content if proxy has an origin. Its OnDemand begins as the file's.
type Point struct {
	Name     string `yaml:"name"`     // "" is the root
	Path     string `yaml:"path"`     // folder or file; relative to the configuration file
	Wrapper  string `yaml:"wrapper"`  // playlist around all that is played of the point
	Redirect string `yaml:"redirect"` // URL that players are sent to, in the place of path
	// UseProxy are URLs of proxies, http:// and rtsp://, that players have to come
	// through; those that do are served.
	UseProxy  []string  `yaml:"use_proxy"`
	AccessLog string    `yaml:"access_log"` // "": as log.access.points says it
	OnDemand  OnDemand  `yaml:"on_demand"`
	Broadcast Broadcast `yaml:"broadcast"`
	Proxy     Proxy     `yaml:"proxy"`
	Auth      Auth      `yaml:"auth"`
	Access    Access    `yaml:"access"`

	Limits PlayerLimits `yaml:"limits"`
}

// OnDemand says how the content of on-demand points is sent.
type OnDemand struct {
	Batch             time.Duration `yaml:"batch"`
	Speed             float64       `yaml:"speed"` // 0 is as fast as the connection takes it
	MaxSpeed          float64       `yaml:"max_speed"`
	MaxAccelBandwidth int           `yaml:"max_accel_bandwidth"` // bits a second
	MaxAccelDuration  time.Duration `yaml:"max_accel_duration"`
	Burst             time.Duration `yaml:"burst"`
}

// Log is the operator's log, on standard error, and what is written of players.
type Log struct {
	Level  string    `yaml:"level"`
	Format string    `yaml:"format"`
	Access LogAccess `yaml:"access"`
}

//go:embed default.yaml
var annotated []byte

// Annotated returns the file with every key at its default and the reason.
func Annotated() []byte { return annotated }

// Default returns the configuration of an empty file.
func Default() *Config {
	return &Config{
		Version: Version,
		HTTP: HTTP{
			Address: ":8080", HeadTimeout: 10 * time.Second, WriteTimeout: 5 * time.Minute,
			KeepAlive: time.Minute, MaxConnections: 20000, TLS: defaultTLS(),
		},
		RTSP:     RTSP{Address: ":8554", UDPPort: 5004, UDPSegmentation: true, TLS: defaultTLS()},
		MMS:      MMS{Address: ":1755", UDP: true},
		Server:   Server{Persona: "Cougar/9.6.7600.16564", ShutdownGrace: 10 * time.Second},
		Sessions: Sessions{Max: 40000, IdleTimeout: time.Minute},
		Limits:   defaultLimits(),
		Cache:    Cache{Memory: 256 << 20},
		OnDemand: OnDemand{
			Batch: time.Second, Speed: 1, MaxSpeed: 5,
			MaxAccelBandwidth: 3_500_000, MaxAccelDuration: 18 * time.Second, Burst: 3 * time.Second,
		},
		Log:   Log{Level: "info", Format: "text", Access: defaultLogAccess()},
		Admin: defaultAdmin(), Console: defaultConsole(), Hooks: []Hook{},
		Auth: defaultAuth(), Access: defaultAccess(), Kerberos: defaultKerberos(), Credentials: []Credential{},
		TrustedProxies: []string{}, Reload: defaultReload(),
	}
}
