package config

import "time"

// Reload says when the file is read anew besides when somebody says so.
type Reload struct {
	Watch bool          `yaml:"watch"` // when it has changed
	Every time.Duration `yaml:"every"` // between two looks at it
}

func defaultReload() Reload { return Reload{Watch: true, Every: 2 * time.Second} }

// The bounds of Every.
const (
	minLook = 100 * time.Millisecond
	maxLook = time.Hour
)

func (k *checker) reload(r *Reload) { k.duration("reload.every", r.Every, minLook, maxLook) }
