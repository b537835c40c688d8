package server

import "caracal/internal/event"

// mediaFields are what a line of the log has of an entry of a playlist.
func mediaFields(m event.Media) (fields []any) {
	if m.Name != "" {
		fields = append(fields, "cs-media-name", m.Name)
	}
	if m.Role != "" {
		fields = append(fields, "cs-media-role", m.Role)
	}
	return fields
}
