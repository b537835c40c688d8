package config

import (
	"math"
	"time"
)

// Push says how encoders bring a broadcast its content.
type Push struct {
	Idle       time.Duration `yaml:"idle"`       // that an encoder may send nothing
	Inactivity time.Duration `yaml:"inactivity"` // between its requests
	Copies     int           `yaml:"copies"`     // points that encoders may make of this one
}

func defaultPush() Push { return Push{Idle: time.Minute, Inactivity: 2 * time.Minute} }

const maxCopies = 1000

func (k *checker) push(key string, p *Push) {
	// [MS-WMHTTP] 3.2.2: 10 seconds to a number of milliseconds of 32 bits.
	k.duration(key+".idle", p.Idle, 10*time.Second, math.MaxUint32*time.Millisecond)
	k.duration(key+".inactivity", p.Inactivity, time.Second, 24*time.Hour)
	k.number(key+".copies", p.Copies, 0, maxCopies)
}
