package rtsp

import "strings"

// Features is the Supported header, [MS-RTSP] 2.2.6.10.
type Features uint8

const (
	FeatureEOSMsg         Features = 1 << iota // EndOfStream requests
	FeatureFastCache                           // Speed is permitted; responses only
	FeatureLocID                               // wants LocationId; requests only
	FeaturePacketPairSSRC                      // packet-pair data has rtx's SSRC; responses only
	FeaturePredStrm                            // predictive stream selection
	FeatureSrvPPair                            // packet-pair requests
	FeatureSSwitch                             // SelectStream with a message body
	FeatureStartupProfile                      // X-StartupProfile
)

// ServerFeatures is what [MS-RTSP] 3.2.5.2 has a server say.
const ServerFeatures = FeatureSrvPPair | FeatureSSwitch | FeatureEOSMsg | FeatureFastCache |
	FeaturePacketPairSSRC | FeatureStartupProfile

const featurePrefix = "com.microsoft.wm."

// featureNames is in the order that Windows Media Services uses.
var featureNames = [...]struct {
	bit  Features
	name string
}{
	{FeatureSrvPPair, "srvppair"},
	{FeatureSSwitch, "sswitch"},
	{FeatureEOSMsg, "eosmsg"},
	{FeaturePredStrm, "predstrm"},
	{FeatureFastCache, "fastcache"},
	{FeaturePacketPairSSRC, "packetpairssrc"},
	{FeatureLocID, "locid"},
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
