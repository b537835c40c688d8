package msb

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// PropertyError says in plain words what is wrong with a property.
type PropertyError struct {
	Property string // its name in the file
	Text     string
}

func (e *PropertyError) Error() string { return fmt.Sprintf("msb: %s: %s", e.Property, e.Text) }

func (e *PropertyError) Unwrap() error { return ErrInvalid }

// Check says what receivers would not understand, [MS-MSB] 2.2.1.4; nil if all
// is well.
func (s *Station) Check() []*PropertyError {
	c := stationChecker{s: s}
	c.addresses()
	c.numbers()
	c.texts()
	c.formats()
	return c.errors
}

type stationChecker struct {
	s      *Station
	errors []*PropertyError
}

func (c *stationChecker) fail(property, format string, args ...any) {
	c.errors = append(c.errors, &PropertyError{property, fmt.Sprintf(format, args...)})
}

func (c *stationChecker) addresses() {
	s := c.s
	if a, err := netip.ParseAddr(s.Address); err != nil || !a.IsMulticast() {
		c.fail("IP Address", "%q is no multicast address: 224.0.0.0 to 239.255.255.255 are, and what begins with ff in IPv6", s.Address)
	}
	if s.Adapter != "" {
		if a, err := netip.ParseAddr(s.Adapter); err != nil || a.IsMulticast() {
			c.fail("Multicast Adapter", "%q is no address that packets come from", s.Adapter)
		}
	}
	if s.Version != "" && s.Version != version {
		c.fail("NSC Format Version", "%q: only %s is known", s.Version, version)
	}
	c.link("Log URL", s.LogURL, "http")
	c.link("Unicast URL", s.Unicast, "mms", "http", "rtsp", "https")
}

func (c *stationChecker) link(property, text string, schemes ...string) {
	if text == "" {
		return
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		c.fail(property, "%q is no URL", text)
		return
	}
	for _, scheme := range schemes {
		if strings.EqualFold(u.Scheme, scheme) {
			return
		}
	}
	c.fail(property, "%q has to begin with %s://", text, strings.Join(schemes, ":// or "))
}

func (c *stationChecker) numbers() {
	s := c.s
	if p := s.Port; !p.Set || p.Value == 0 || p.Value > 1<<16-1 {
		c.fail("IP Port", "%d is no port: it is 1 to 65535", p.Value)
	}
	c.atMost("Time To Live", s.TTL, 0, 255)
	c.atMost("Default Ecc", s.ECC, 1, MaxSpan)
	c.atMost("Allow Splitting", s.Splitting, 0, 1)
	c.atMost("Allow Caching", s.Caching, 0, 1)
}

func (c *stationChecker) atMost(property string, n Number, least, most uint32) {
	if n.Set && (n.Value < least || n.Value > most) {
		c.fail(property, "%d is not from %d to %d", n.Value, least, most)
	}
}

func (c *stationChecker) texts() {
	for _, q := range c.s.properties() {
		if q.text != nil && textSize(*q.text) > MaxText {
			c.fail(q.name, "it is longer than %d characters", MaxText/2-1)
		}
	}
	if len(c.s.Extra) > MaxExtra {
		c.fail("Extra", "there are more than %d", MaxExtra)
	}
	for _, e := range c.s.Extra {
		if line := e.Name + "=" + e.Value; e.Name == "" || strings.Contains(e.Name, "=") || e.Name[0] == '[' ||
			!isPrintable(line) || line != strings.Trim(line, " ") || strings.HasSuffix(e.Name, " ") || strings.HasPrefix(e.Value, " ") {
			c.fail("Extra", "%q is no line of an .nsc file", line)
		} else if c.s.has(e.Name) {
			c.fail("Extra", "%q has a place of its own", e.Name)
		}
	}
}

// has says that a name is one of the specification's.
func (s *Station) has(name string) bool {
	for _, q := range s.properties() {
		if strings.EqualFold(q.name, name) {
			return true
		}
	}
	_, format := numbered(name, "Format")
	_, description := numbered(name, "Description")
	return format || description
}

func (c *stationChecker) formats() {
	if len(c.s.Formats) == 0 {
		c.fail("Format1", "there is no ASF header, so that no packet can be understood")
	}
	seen := map[FormatID]int{}
	for i, f := range c.s.Formats {
		name := fmt.Sprintf("Format%d", i+1)
		if before, again := seen[f.ID]; again {
			c.fail(name, "its Format ID %d is that of Format%d", f.ID, before)
		}
		seen[f.ID] = i + 1
		if f.ID > MaxFormatID {
			c.fail(name, "its Format ID %d is not from 0 to %d", f.ID, MaxFormatID)
		}
		if err := checkHeader(f.Header); err != nil {
			c.fail(name, "this is no ASF header: %v", err)
		}
		if textSize(f.Description) > MaxText {
			c.fail(fmt.Sprintf("Description%d", i+1), "it is longer than %d characters", MaxText/2-1)
		}
	}
}
