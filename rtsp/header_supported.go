package rtsp

import "caracal/internal/head"

// ServerFeatures is what [MS-RTSP] 3.2.5.2 has a server say in the Supported
// header.
const ServerFeatures = head.FeatureSrvPPair | head.FeatureSSwitch | head.FeatureEOSMsg | head.FeaturePredStrm |
	head.FeatureFastCache | head.FeaturePacketPairSSRC | head.FeatureStartupProfile
