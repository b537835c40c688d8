package wmsp

import "strings"

// Features is the Supported header, [MS-WMSP] 2.2.1.7.
type Features uint8

const (
	FeatureFastCache      Features = 1 << iota // Speed is permitted; responses only
	FeaturePredStrm                            // predictive stream selection
	FeatureSrvPPair                            // packet-pair-experiment is permitted; responses only
	FeatureSSwitch                             // SelectStream
	FeatureStartupProfile                      // X-StartupProfile
)

// DefaultFeatures is what a peer supports that has sent no Supported header
// yet, [MS-WMSP] 3.2.3.
const DefaultFeatures = FeaturePredStrm | FeatureSSwitch

const featurePrefix = "com.microsoft.wm."

// featureNames is in the order that Windows Media Services uses.
var featureNames = [...]struct {
	bit  Features
	name string
}{
	{FeatureSrvPPair, "srvppair"},
	{FeatureSSwitch, "sswitch"},
	{FeaturePredStrm, "predstrm"},
	{FeatureFastCache, "fastcache"},
	{FeatureStartupProfile, "startupprofile"},
}

// ParseFeatures reads the header's values. Unknown tokens are ignored.
func ParseFeatures(values ...string) Features {
	var f Features
	for _, v := range values {
		for token := range strings.FieldsFuncSeq(v, isListSeparator) {
			f |= feature(token)
		}
	}
	return f
}

func isListSeparator(r rune) bool { return r == ',' || r == ' ' || r == '\t' }

func feature(token string) Features {
	for _, known := range featureNames {
		if len(token) == len(featurePrefix)+len(known.name) &&
			strings.EqualFold(token[:len(featurePrefix)], featurePrefix) &&
			strings.EqualFold(token[len(featurePrefix):], known.name) {
			return known.bit
		}
	}
	return 0
}

// Has says that all of want are there.
func (f Features) Has(want Features) bool { return f&want == want }

// Append appends the header's value, empty for no features.
func (f Features) Append(b []byte) []byte {
	separator := ""
	for _, known := range featureNames {
		if f&known.bit != 0 {
			b = append(b, separator...)
			b = append(b, featurePrefix...)
			b = append(b, known.name...)
			separator = ", "
		}
	}
	return b
}

func (f Features) String() string { return string(f.Append(nil)) }
