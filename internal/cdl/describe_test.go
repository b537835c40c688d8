package cdl

import (
	"testing"
	"time"

	"caracal/asf"
)

func TestDescribe(t *testing.T) {
	empty := &asf.Header{}
	titled := &asf.Header{Objects: []asf.Object{&asf.ContentDescription{
		Title: asf.NewText("Größe"), Rating: asf.NewText("R"),
	}}}
	tests := []struct {
		in   Entry
		want string
	}{
		{Entry{Header: empty, Server: "9.6"}, "language/31/ WMS_CONTENT_DESCRIPTION_SERVER_BRANDING_INFO/31/WMServer/9.6 " +
			"WMS_CONTENT_DESCRIPTION_PLAYLIST_ENTRY_START_OFFSET/3/0 WMS_CONTENT_DESCRIPTION_PLAYLIST_ENTRY_DURATION/3/0"},
		{Entry{Header: titled, Server: "9.1", Preroll: 3100, Duration: 1000 * time.Hour}, "language/31/ title/31/Größe " +
			"WMS_CONTENT_DESCRIPTION_RATING/31/R WMS_CONTENT_DESCRIPTION_SERVER_BRANDING_INFO/31/WMServer/9.1 " +
			"WMS_CONTENT_DESCRIPTION_PLAYLIST_ENTRY_START_OFFSET/3/3100 WMS_CONTENT_DESCRIPTION_PLAYLIST_ENTRY_DURATION/3/2147483647"},
		{Entry{Header: titled, Server: "9.1", Told: []string{"title", "Abend", "artist", "Band"}}, "language/31/ title/31/Abend " +
			"WMS_CONTENT_DESCRIPTION_RATING/31/R artist/31/Band WMS_CONTENT_DESCRIPTION_COPIED_METADATA_FROM_PLAYLIST_FILE/3/1 " +
			"WMS_CONTENT_DESCRIPTION_SERVER_BRANDING_INFO/31/WMServer/9.1 " +
			"WMS_CONTENT_DESCRIPTION_PLAYLIST_ENTRY_START_OFFSET/3/0 WMS_CONTENT_DESCRIPTION_PLAYLIST_ENTRY_DURATION/3/0"},
		{Entry{Header: empty, Server: "9.6", Role: "Advertisement", URL: "ad.wmv"}, "language/31/ WMS_CONTENT_DESCRIPTION_ROLE/31/Advertisement " +
			"WMS_CONTENT_DESCRIPTION_PLAYLIST_ENTRY_URL/31/ad.wmv WMS_CONTENT_DESCRIPTION_COPIED_METADATA_FROM_PLAYLIST_FILE/3/1 " +
			"WMS_CONTENT_DESCRIPTION_SERVER_BRANDING_INFO/31/WMServer/9.6 " +
			"WMS_CONTENT_DESCRIPTION_PLAYLIST_ENTRY_START_OFFSET/3/0 WMS_CONTENT_DESCRIPTION_PLAYLIST_ENTRY_DURATION/3/0"},
	}
	for _, test := range tests {
		if got := listText(Describe(test.in)); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}
