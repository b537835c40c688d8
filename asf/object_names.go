package asf

// objectNames gives the specification's names, without "Object".
var objectNames = [...]struct {
	id   GUID
	name string
}{
	{IDHeader, "Header"},
	{IDData, "Data"},
	{IDSimpleIndex, "Simple Index"},
	{IDIndex, "Index"},
	{IDMediaObjectIndex, "Media Object Index"},
	{IDTimecodeIndex, "Timecode Index"},
	{IDFileProperties, "File Properties"},
	{IDStreamProperties, "Stream Properties"},
	{IDHeaderExtension, "Header Extension"},
	{IDCodecList, "Codec List"},
	{IDScriptCommand, "Script Command"},
	{IDMarker, "Marker"},
	{IDBitrateMutualExclusion, "Bitrate Mutual Exclusion"},
	{IDErrorCorrection, "Error Correction"},
	{IDContentDescription, "Content Description"},
	{IDExtendedContentDescription, "Extended Content Description"},
	{IDContentBranding, "Content Branding"},
	{IDStreamBitrateProperties, "Stream Bitrate Properties"},
	{IDContentEncryption, "Content Encryption"},
	{IDExtendedContentEncryption, "Extended Content Encryption"},
	{IDDigitalSignature, "Digital Signature"},
	{IDPadding, "Padding"},
	{IDExtendedStreamProperties, "Extended Stream Properties"},
	{IDAdvancedMutualExclusion, "Advanced Mutual Exclusion"},
	{IDGroupMutualExclusion, "Group Mutual Exclusion"},
	{IDStreamPrioritization, "Stream Prioritization"},
	{IDBandwidthSharing, "Bandwidth Sharing"},
	{IDLanguageList, "Language List"},
	{IDMetadata, "Metadata"},
	{IDMetadataLibrary, "Metadata Library"},
	{IDIndexParameters, "Index Parameters"},
	{IDMediaObjectIndexParameters, "Media Object Index Parameters"},
	{IDTimecodeIndexParameters, "Timecode Index Parameters"},
	{IDCompatibility, "Compatibility"},
	{IDAdvancedContentEncryption, "Advanced Content Encryption"},
}

// Name gives the specification's name of the object that g identifies, such as
// "File Properties", or the GUID's text form.
func (g GUID) Name() string {
	for _, n := range objectNames {
		if n.id == g {
			return n.name
		}
	}
	return g.String()
}
