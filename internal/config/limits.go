package config

import (
	"fmt"
	"math"
	"time"
)

// Limits are those of the server and of all that players have in common; 0 is no
// limit. docs/limits.md has what each counts.
type Limits struct {
	Players         int           `yaml:"players"`
	Bandwidth       Rate          `yaml:"bandwidth"`
	PlayerBandwidth Rate          `yaml:"player_bandwidth"`
	SessionLength   time.Duration `yaml:"session_length"`
	ConnectionRate  float64       `yaml:"connection_rate"`  // a second
	ConnectionBurst int           `yaml:"connection_burst"` // at once
	RequestRate     float64       `yaml:"request_rate"`     // of one connection, a second
	RequestBurst    int           `yaml:"request_burst"`

	Address AddressLimits `yaml:"address"` // of each
	Network PlayerLimits  `yaml:"network"` // of each /64 of IPv6
	Account PlayerLimits  `yaml:"account"` // of each
}

// PlayerLimits are those of a publishing point, or of others who have players.
type PlayerLimits struct {
	Players         int           `yaml:"players"`
	Bandwidth       Rate          `yaml:"bandwidth"`
	PlayerBandwidth Rate          `yaml:"player_bandwidth"`
	SessionLength   time.Duration `yaml:"session_length"`
}

// AddressLimits are those of one address; of IPv6 the connections are those of a
// /64.
type AddressLimits struct {
	Players         int           `yaml:"players"`
	Bandwidth       Rate          `yaml:"bandwidth"`
	PlayerBandwidth Rate          `yaml:"player_bandwidth"`
	SessionLength   time.Duration `yaml:"session_length"`
	ConnectionRate  float64       `yaml:"connection_rate"`
	ConnectionBurst int           `yaml:"connection_burst"`
}

// Common are the limits that every other one has too.
func (l *Limits) Common() PlayerLimits {
	return PlayerLimits{l.Players, l.Bandwidth, l.PlayerBandwidth, l.SessionLength}
}

// Common are the limits that every other one has too.
func (l *AddressLimits) Common() PlayerLimits {
	return PlayerLimits{l.Players, l.Bandwidth, l.PlayerBandwidth, l.SessionLength}
}

func defaultLimits() Limits {
	return Limits{
		ConnectionBurst: 1000, RequestRate: 20, RequestBurst: 200,
		Address: AddressLimits{ConnectionBurst: 200},
	}
}

const (
	maxBandwidth  = Rate(1e15) // bits a second
	minBandwidth  = Rate(1000)
	maxLength     = 365 * 24 * time.Hour
	minPerSecond  = 0.01
	maxPerSecond  = 1e6
	maxBurst      = 1_000_000
	fewestRequest = 10 // that a player begins with, at once
)

func (k *checker) limits(l *Limits) {
	k.playerLimits("limits", l.Common())
	k.playerLimits("limits.address", l.Address.Common())
	k.playerLimits("limits.network", l.Network)
	k.playerLimits("limits.account", l.Account)
	k.rate("limits.connection", l.ConnectionRate, l.ConnectionBurst, 1)
	k.rate("limits.address.connection", l.Address.ConnectionRate, l.Address.ConnectionBurst, 1)
	k.rate("limits.request", l.RequestRate, l.RequestBurst, fewestRequest)
}

func (k *checker) playerLimits(key string, l PlayerLimits) {
	k.number(key+".players", l.Players, 0, maxCount)
	k.bandwidth(key+".bandwidth", l.Bandwidth)
	k.bandwidth(key+".player_bandwidth", l.PlayerBandwidth)
	if l.Bandwidth > 0 && l.PlayerBandwidth > l.Bandwidth {
		k.fail(key+".player_bandwidth", "%v is more than the bandwidth of all, %v", l.PlayerBandwidth, l.Bandwidth)
	}
	if l.SessionLength != 0 {
		k.duration(key+".session_length", l.SessionLength, time.Second, maxLength)
	}
}

func (k *checker) bandwidth(key string, r Rate) {
	if r != 0 && (r < minBandwidth || r > maxBandwidth) {
		k.fail(key, "%v is not 0 (no limit) or between %v and %v: bits a second, such as 300k or 100M", r, minBandwidth, maxBandwidth)
	}
}

func (k *checker) rate(key string, perSecond float64, burst, fewest int) {
	if perSecond != 0 && !(perSecond >= minPerSecond && perSecond <= maxPerSecond) || math.IsNaN(perSecond) {
		k.fail(key+"_rate", "%v is not 0 (no limit) or between %v and %v a second", perSecond, minPerSecond, int(maxPerSecond))
	}
	k.number(key+"_burst", burst, fewest, maxBurst)
}

func (k *checker) pointLimits(points []Point) {
	for i := range points {
		k.playerLimits(fmt.Sprintf("points[%d].limits", i), points[i].Limits)
	}
}
