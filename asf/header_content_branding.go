package asf

// Banner image types.
const (
	BannerNone   = 0
	BannerBitmap = 1
	BannerJPEG   = 2
	BannerGIF    = 3
)

// ContentBranding holds a banner image and where it leads. ASF specification
// 3.13.
type ContentBranding struct {
	ImageType    uint32 // BannerNone to BannerGIF
	Image        []byte
	ImageURL     []byte // ASCII, with terminating zero
	CopyrightURL []byte // ASCII, with terminating zero
}

func (o *ContentBranding) ID() GUID { return IDContentBranding }

func (o *ContentBranding) Size() int {
	return 40 + len(o.Image) + len(o.ImageURL) + len(o.CopyrightURL)
}

func (o *ContentBranding) parse(c *objectCursor) {
	o.ImageType = c.u32()
	o.Image = c.data(c.u32())
	o.ImageURL = c.data(c.u32())
	o.CopyrightURL = c.data(c.u32())
}

func (o *ContentBranding) Append(b []byte) []byte {
	b, at := beginObject(b, IDContentBranding)
	b = le.AppendUint32(b, o.ImageType)
	b = appendData32(b, o.Image)
	b = appendData32(b, o.ImageURL)
	b = appendData32(b, o.CopyrightURL)
	return endObject(b, at)
}
