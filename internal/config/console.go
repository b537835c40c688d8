package config

// Console says what the web console on the admin listener does.
type Console struct {
	Enabled  bool `yaml:"enabled"`
	Previews int  `yaml:"previews"` // points that FFmpeg shows in browsers at a time; 0 for none
}

// maxPreviews bounds Previews, each of which is an FFmpeg that encodes.
const maxPreviews = 64

func defaultConsole() Console { return Console{Enabled: true, Previews: 2} }

func (k *checker) console(c *Console) { k.number("console.previews", c.Previews, 0, maxPreviews) }
