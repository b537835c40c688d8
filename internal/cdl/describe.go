package cdl

import (
	"time"

	"caracal/asf"
)

// Entry is what a list says about content, or about an entry of a playlist.
type Entry struct {
	Header   *asf.Header
	Server   string        // the version: "9.6.7600.16564"
	Preroll  uint32        // ms
	Duration time.Duration // 0 if it is not known
}

// Describe makes the list of Windows Media Services for content: one
// description, without a language. Texts that the header does not have are left
// out.
func Describe(e Entry) List {
	var d Description
	d.AddText(ItemLanguage, "")
	h := e.Header
	for _, item := range []struct{ name, value string }{
		{ItemTitle, h.Title()}, {ItemAuthor, h.Author()}, {ItemCopyright, h.Copyright()},
		{ItemDescription, h.Description()}, {ItemRating, h.Rating()},
	} {
		if item.value != "" {
			d.AddText(item.name, item.value)
		}
	}
	d.AddText(ItemBranding, "WMServer/"+e.Server)
	d.AddInt(ItemStartOffset, int32(e.Preroll))
	d.AddInt(ItemDuration, int32(min(e.Duration.Milliseconds(), 1<<31-1)))
	return List{d}
}
