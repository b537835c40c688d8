package asf

// ContentEncryption says that the content is protected by DRM version 1, and
// where a license is had. ASF specification 3.14.
type ContentEncryption struct {
	SecretData     []byte
	ProtectionType []byte // ASCII, with terminating zero: "DRM"
	KeyID          []byte // ASCII, with terminating zero
	LicenseURL     []byte // ASCII, with terminating zero
}

func (o *ContentEncryption) ID() GUID { return IDContentEncryption }

func (o *ContentEncryption) Size() int {
	return 40 + len(o.SecretData) + len(o.ProtectionType) + len(o.KeyID) + len(o.LicenseURL)
}

func (o *ContentEncryption) parse(c *objectCursor) {
	o.SecretData = c.data(c.u32())
	o.ProtectionType = c.data(c.u32())
	o.KeyID = c.data(c.u32())
	o.LicenseURL = c.data(c.u32())
}

func (o *ContentEncryption) Append(b []byte) []byte {
	b, at := beginObject(b, IDContentEncryption)
	b = appendData32(b, o.SecretData)
	b = appendData32(b, o.ProtectionType)
	b = appendData32(b, o.KeyID)
	b = appendData32(b, o.LicenseURL)
	return endObject(b, at)
}

// ExtendedContentEncryption holds the license data of later DRM versions. ASF
// specification 3.15.
type ExtendedContentEncryption struct {
	Data []byte // opaque; an XML text in UTF-16
}

func (o *ExtendedContentEncryption) ID() GUID  { return IDExtendedContentEncryption }
func (o *ExtendedContentEncryption) Size() int { return 28 + len(o.Data) }

func (o *ExtendedContentEncryption) parse(c *objectCursor) { o.Data = c.data(c.u32()) }

func (o *ExtendedContentEncryption) Append(b []byte) []byte {
	b, at := beginObject(b, IDExtendedContentEncryption)
	return endObject(appendData32(b, o.Data), at)
}
