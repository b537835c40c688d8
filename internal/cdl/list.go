package cdl

import "strconv"

// Limits of a content description list.
const (
	MaxDescriptions = 64
	MaxItems        = 512 // in one description
	MaxBytes        = 256 << 10
)

// ValueType is the type of a value, [MS-WMSP] 2.2.4.1. The value itself
// is always text.
type ValueType uint16

const (
	TypeI2     ValueType = 2
	TypeI4     ValueType = 3
	TypeCY     ValueType = 6
	TypeBSTR   ValueType = 8
	TypeError  ValueType = 10
	TypeBool   ValueType = 11
	TypeI1     ValueType = 16
	TypeUI1    ValueType = 17
	TypeUI2    ValueType = 18
	TypeUI4    ValueType = 19
	TypeInt    ValueType = 22
	TypeUint   ValueType = 23
	TypeLPWSTR ValueType = 31
)

// Names of items that Windows Media Services writes into the first
// description, in this order.
const (
	ItemLanguage      = "language" // first in each description of a list
	ItemTitle         = "title"
	ItemAuthor        = "author"
	ItemCopyright     = "copyright"
	ItemDescription   = "WMS_CONTENT_DESCRIPTION_DESCRIPTION"
	ItemRating        = "WMS_CONTENT_DESCRIPTION_RATING"
	ItemBranding      = "WMS_CONTENT_DESCRIPTION_SERVER_BRANDING_INFO"               // "WMServer/9.5"
	ItemStartOffset   = "WMS_CONTENT_DESCRIPTION_PLAYLIST_ENTRY_START_OFFSET"        // TypeI4, ms, with preroll
	ItemDuration      = "WMS_CONTENT_DESCRIPTION_PLAYLIST_ENTRY_DURATION"            // TypeI4, ms
	ItemCopiedFromWSX = "WMS_CONTENT_DESCRIPTION_COPIED_METADATA_FROM_PLAYLIST_FILE" // TypeI4, 1
	ItemRole          = "WMS_CONTENT_DESCRIPTION_ROLE"                               // of an entry of a playlist
	ItemEntryURL      = "WMS_CONTENT_DESCRIPTION_PLAYLIST_ENTRY_URL"
)

// Item is one name-value pair, [MS-WMSP] 2.2.4.
type Item struct {
	Name  string
	Type  ValueType
	Value string
}

// Description is the metadata of one language. In the description of
// content the first item is ItemLanguage, a language tag or "".
type Description []Item

// Get returns the value of the first item of that name, "" if there is none.
func (d Description) Get(name string) string {
	for i := range d {
		if d[i].Name == name {
			return d[i].Value
		}
	}
	return ""
}

// AddText appends an item of TypeLPWSTR.
func (d *Description) AddText(name, value string) {
	*d = append(*d, Item{name, TypeLPWSTR, value})
}

// AddInt appends an item of TypeI4.
func (d *Description) AddInt(name string, value int32) {
	*d = append(*d, Item{name, TypeI4, strconv.Itoa(int(value))})
}

// Append appends the description and its CRLF. Lengths count bytes of UTF-8.
// An empty description appends nothing.
func (d Description) Append(b []byte) []byte {
	if len(d) == 0 {
		return b
	}
	for i, item := range d {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(len(item.Name)), 10)
		b = append(b, ',')
		b = append(b, item.Name...)
		b = append(b, ',')
		b = strconv.AppendUint(b, uint64(item.Type), 10)
		b = append(b, ',')
		b = strconv.AppendInt(b, int64(len(item.Value)), 10)
		b = append(b, ',')
		b = append(b, item.Value...)
	}
	return append(b, '\r', '\n')
}

// List is a content description list, [MS-WMSP] 2.2.4.
type List []Description

// Append appends all descriptions.
func (l List) Append(b []byte) []byte {
	for _, d := range l {
		b = d.Append(b)
	}
	return b
}
