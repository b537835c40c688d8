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
	// Told is what a playlist tells of it, name and value by turns: it comes in the
	// place of what the header says.
	Told []string
	// Role and URL are what the logs of players call an entry of a playlist,
	// [MS-WMLOG] 2.1.29 and 2.1.30; "" for none.
	Role, URL string
}

// told returns what a playlist says under a name.
func (e *Entry) told(name string) string {
	for i := 0; i+1 < len(e.Told); i += 2 {
		if e.Told[i] == name {
			return e.Told[i+1]
		}
	}
	return ""
}

// Describe makes the list of Windows Media Services for content: one
// description, without a language. Texts that the header does not have are left
// out.
func Describe(e Entry) List {
	var d Description
	d.AddText(ItemLanguage, "")
	h, known := e.Header, map[string]bool{}
	for _, item := range []struct{ name, value string }{
		{ItemTitle, h.Title()}, {ItemAuthor, h.Author()}, {ItemCopyright, h.Copyright()},
		{ItemDescription, h.Description()}, {ItemRating, h.Rating()},
	} {
		if told := e.told(item.name); told != "" {
			item.value = told
		}
		if item.value != "" {
			d.AddText(item.name, item.value)
		}
		known[item.name] = true
	}
	for i := 0; i+1 < len(e.Told); i += 2 {
		if name := e.Told[i]; !known[name] {
			d.AddText(name, e.Told[i+1])
		}
	}
	for _, item := range []struct{ name, value string }{{ItemRole, e.Role}, {ItemEntryURL, e.URL}} {
		if item.value != "" {
			d.AddText(item.name, item.value)
		}
	}
	if len(e.Told) > 0 || e.Role != "" || e.URL != "" {
		d.AddInt(ItemCopiedFromWSX, 1)
	}
	d.AddText(ItemBranding, "WMServer/"+e.Server)
	d.AddInt(ItemStartOffset, int32(e.Preroll))
	d.AddInt(ItemDuration, int32(min(e.Duration.Milliseconds(), 1<<31-1)))
	return List{d}
}
