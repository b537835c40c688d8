package wmsp

import "caracal/internal/head"

// DefaultFeatures is what a peer supports that has sent no Supported header
// yet, [MS-WMSP] 3.2.3.
const DefaultFeatures = head.FeaturePredStrm | head.FeatureSSwitch

// ServerFeatures is what this server says in the Supported header.
const ServerFeatures = head.FeatureSrvPPair | head.FeatureSSwitch | head.FeaturePredStrm | head.FeatureFastCache |
	head.FeatureStartupProfile
