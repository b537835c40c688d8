package head

import "strings"

// Features is the Supported header, [MS-RTSP] 2.2.6.10 and [MS-WMSP] 2.2.1.7.
// The comments say which protocol has a feature where it is not both.
type Features uint8

const (
	FeatureEOSMsg         Features = 1 << iota // EndOfStream requests; RTSP
	FeatureFastCache                           // Speed is permitted; responses only
	FeatureLocID                               // wants LocationId; requests of RTSP only
	FeaturePacketPairSSRC                      // packet-pair data has rtx's SSRC; responses of RTSP only
	FeaturePredStrm                            // predictive stream selection
	FeatureSrvPPair                            // packet-pair experiments; of HTTP in responses only
	FeatureSSwitch                             // SelectStream; in RTSP the one with a message body
	FeatureStartupProfile                      // X-StartupProfile
)

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
		for token := range List(v) {
			f |= feature(token)
		}
	}
	return f
}

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
