package event

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"caracal/internal/redact"
)

// maxText is how much of a text JSON and Fields have, bytes: logs that players submit
// are the longest.
const maxText = 64 << 10

// Field is one fact of an event: "player_protocol" is "http".
type Field struct {
	Name  string
	Value any // string, bool, int64, uint64, float64 (of a time: seconds), []string, []uint64
}

// Fields are all facts of an event, in the order of its struct, without secrets. What
// names a broadcast's source or a player has that before it: "source_point".
func Fields(e Event) []Field { return appendFields(nil, "", reflect.ValueOf(e)) }

func appendFields(list []Field, prefix string, v reflect.Value) []Field {
	for i := range v.NumField() {
		name := prefix + snake(v.Type().Field(i).Name)
		f := v.Field(i)
		if f.Kind() == reflect.Struct && f.Type().PkgPath() == v.Type().PkgPath() {
			list = appendFields(list, name+"_", f)
			continue
		}
		list = append(list, Field{name, plain(f)})
	}
	return list
}

// plain is a value in the types that Field says.
func plain(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case time.Duration:
		return x.Seconds()
	case time.Time:
		return x.UTC().Format(time.RFC3339Nano)
	case error:
		return clean(x.Error())
	case fmt.Stringer:
		return clean(x.String())
	case []uint8:
		list := make([]uint64, len(x))
		for i, n := range x {
			list[i] = uint64(n)
		}
		return list
	}
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return v.Uint()
	case reflect.Float32, reflect.Float64:
		return v.Float()
	case reflect.Slice:
		list := make([]string, v.Len())
		for i := range list {
			list[i] = clean(fmt.Sprint(v.Index(i).Interface()))
		}
		return list
	case reflect.Interface:
		if v.IsNil() {
			return ""
		}
	}
	return clean(fmt.Sprint(v.Interface()))
}

func clean(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	return redact.Text(s)
}

// JSON is a record as an object: "event" is its name, "time" when it was published in
// RFC 3339, and the rest are its Fields.
func (r Record) JSON() []byte {
	object := map[string]any{"event": Name(r.Event), "time": r.Time.UTC().Format(time.RFC3339Nano)}
	for _, f := range Fields(r.Event) {
		object[f.Name] = f.Value
	}
	b, err := json.Marshal(object)
	if err != nil { // a number that JSON has not, such as infinity
		b, _ = json.Marshal(map[string]string{"event": Name(r.Event), "error": err.Error()})
	}
	return b
}

// PlayerOf is the player that an event is about, if it is about one.
func PlayerOf(e Event) (Player, bool) {
	f := reflect.ValueOf(e).FieldByName("Player")
	if !f.IsValid() {
		return Player{}, false
	}
	p, ok := f.Interface().(Player)
	return p, ok
}

// PointOf is the publishing point that an event names, if it names one by itself and
// not by what a player asks for.
func PointOf(e Event) (string, bool) {
	v := reflect.ValueOf(e)
	if s := v.FieldByName("Source"); s.IsValid() && s.Kind() == reflect.Struct {
		v = s
	}
	for _, name := range []string{"Point", "Target"} {
		if f := v.FieldByName(name); f.IsValid() && f.Kind() == reflect.String {
			return f.String(), true
		}
	}
	return "", false
}
