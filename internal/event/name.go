package event

import (
	"reflect"
	"slices"
	"strings"
)

// types are all events; a test compares them with the package.
var types = []Event{
	Connected{}, Refused{}, BadInput{}, Playing{}, Flowing{}, Switched{}, Stopped{}, LogReceived{}, RemoteEvent{}, Disconnected{},
	StationChanged{}, ArchiveBegan{}, ArchiveEnded{}, SourceConnecting{}, SourceStreaming{}, SourceFailed{}, SourceStopped{},
	FallbackBegan{}, FallbackEnded{}, EntryBegan{}, EntrySkipped{}, ProxyBegan{}, ProxyEnded{}, ProxyChecked{}, ProxyLogs{}, AuthFailed{},
	ConferenceBegan{}, ConferenceEnded{}, ConferenceJoined{}, ConferenceLeft{}, ConferenceSaid{}, ConferenceFileStored{},
	HandshakeFailed{}, CertificateLoaded{}, CertificateFailed{},
}

var names, nameOf = namesOf(types)

func namesOf(types []Event) (list []string, of map[reflect.Type]string) {
	of = map[reflect.Type]string{}
	for _, e := range types {
		t := reflect.TypeOf(e)
		of[t] = snake(t.Name())
		list = append(list, of[t])
	}
	slices.Sort(list)
	return list, of
}

// Names lists what Name returns, sorted. It is not to be changed.
func Names() []string { return names }

// Name is an event's type in words for configurations, metrics and programs, such as
// "log_received".
func Name(e Event) string { return nameOf[reflect.TypeOf(e)] }

// snake writes "SourceFailed" as "source_failed", and "GUID" as "guid".
func snake(s string) string {
	var b strings.Builder
	upper := func(i int) bool { return i >= 0 && i < len(s) && s[i] >= 'A' && s[i] <= 'Z' }
	for i := range len(s) {
		if upper(i) && i > 0 && (!upper(i-1) || i+1 < len(s) && !upper(i+1)) {
			b.WriteByte('_')
		}
		b.WriteByte(s[i])
	}
	return strings.ToLower(b.String())
}
