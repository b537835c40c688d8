package metrics

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"caracal/internal/event"
)

// full is a Metrics in which every figure has a value, and the labels of each.
func full(t *testing.T) map[string][]string {
	t.Helper()
	var w world
	m := w.start(t)
	p := event.Player{Session: 9, Protocol: "mms"}
	w.sessions[1] = &Session{ID: 1, Protocol: "http", Streaming: true}
	w.sessions[2] = &Session{ID: 2, Protocol: "push"}
	for _, e := range []event.Event{
		event.Connected{Player: p}, event.Playing{}, event.Flowing{}, event.Refused{}, event.BadInput{}, event.AuthFailed{}, event.HandshakeFailed{}, event.LogReceived{},
		event.EntryBegan{}, event.Stopped{Err: os.ErrNotExist}, event.ArchiveEnded{Err: os.ErrNotExist}, event.SourceFailed{},
		event.FallbackBegan{}, event.Disconnected{Player: p},
	} {
		m.observe(e)
	}
	labels := map[string][]string{}
	sample := regexp.MustCompile(`(?m)^([a-z_0-9]+)(?:\{(.*)\})? `)
	label := regexp.MustCompile(`([a-z_]+)="`)
	for _, found := range sample.FindAllStringSubmatch(scrape(t, m), -1) {
		list := labels[found[1]]
		for _, l := range label.FindAllStringSubmatch(found[2], -1) {
			if !slices.Contains(list, l[1]) {
				list = append(list, l[1])
			}
		}
		labels[found[1]] = list
	}
	return labels
}

var (
	metricName = regexp.MustCompile(`\b(?:caracal|go|process)_[a-z_0-9]+`)
	grouping   = regexp.MustCompile(`\bby \(([a-z_, ]+)\)`)
	selector   = regexp.MustCompile(`\{([^{}]*)\}`)
	selected   = regexp.MustCompile(`([a-z_]+) *(?:=~|!~|!=|=)`)
	legend     = regexp.MustCompile(`\{\{([a-z_]+)\}\}`)
)

// What the dashboard asks for is there, with the labels by which it asks.
func TestDashboard(t *testing.T) {
	b, err := os.ReadFile("../../dist/grafana/caracal.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct {
			ID      int
			Type    string
			Title   string
			GridPos struct{ X, Y, W, H int }
			Targets []struct{ Expr, LegendFormat string }
		}
		Templating struct{ List []struct{ Query string } }
	}
	if err := json.Unmarshal(b, &board); err != nil {
		t.Fatal(err)
	}
	labels, used, ids := full(t), map[string]bool{}, map[int]bool{}
	check := func(title, expr, legendFormat string) {
		names := metricName.FindAllString(expr, -1)
		if len(names) == 0 {
			t.Errorf("%s: %s asks for nothing", title, expr)
			return
		}
		known := []string{"instance"}
		for _, n := range names {
			if _, ok := labels[n]; !ok {
				t.Errorf("%s: there is no %s", title, n)
			}
			known, used[n] = append(known, labels[n]...), true
		}
		var asked []string
		for _, g := range grouping.FindAllStringSubmatch(expr, -1) {
			asked = append(asked, strings.Split(strings.ReplaceAll(g[1], " ", ""), ",")...)
		}
		for _, s := range selector.FindAllStringSubmatch(expr, -1) {
			for _, l := range selected.FindAllStringSubmatch(s[1], -1) {
				asked = append(asked, l[1])
			}
		}
		for _, l := range legend.FindAllStringSubmatch(legendFormat, -1) {
			asked = append(asked, l[1])
			if !strings.Contains(expr, "by (") && l[1] != "instance" || strings.Contains(expr, "by (") && !regexp.MustCompile(`by \([a-z_, ]*\b`+l[1]+`\b`).MatchString(expr) {
				t.Errorf("%s: %s leaves no %s for its legend", title, expr, l[1])
			}
		}
		for _, l := range asked {
			if !slices.Contains(known, l) {
				t.Errorf("%s: %s has no label %s", title, expr, l)
			}
		}
		if strings.Count(expr, "(") != strings.Count(expr, ")") {
			t.Errorf("%s: brackets of %s", title, expr)
		}
	}
	for _, p := range board.Panels {
		if p.Type != "row" && len(p.Targets) == 0 || ids[p.ID] || p.GridPos.X+p.GridPos.W > 24 {
			t.Errorf("panel %q asks for nothing, has another's number or no place", p.Title)
		}
		ids[p.ID] = true
		for _, target := range p.Targets {
			check(p.Title, target.Expr, target.LegendFormat)
		}
	}
	check("instance", board.Templating.List[1].Query, "")
	if len(used) < 30 {
		t.Errorf("it shows %d figures only", len(used))
	}
}

// The page about the figures names each of them with its labels, and no other.
func TestDocumentation(t *testing.T) {
	b, err := os.ReadFile("../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(caracal_[a-z_]+)` \\| ([a-z, `]*) \\|").FindAllStringSubmatch(string(b), -1) {
		documented[row[1]] = row[2]
	}
	there := map[string]bool{}
	for name, labels := range full(t) {
		if !strings.HasPrefix(name, "caracal_") || strings.HasSuffix(name, "_sum") || strings.HasSuffix(name, "_count") {
			continue
		}
		name = strings.TrimSuffix(name, "_bucket")
		there[name] = true
		row, ok := documented[name]
		if !ok {
			t.Errorf("docs/metrics.md lacks %s", name)
		}
		for _, l := range labels {
			if l != "le" && !strings.Contains(row, "`"+l+"`") {
				t.Errorf("docs/metrics.md does not say that %s has the label %s", name, l)
			}
		}
	}
	for _, name := range metricName.FindAllString(string(b), -1) {
		if strings.HasPrefix(name, "caracal_") && !there[strings.TrimSuffix(name, "_bucket")] {
			t.Errorf("docs/metrics.md asks for %s, which is not there", name)
		}
	}
	for name := range documented {
		if !there[name] {
			t.Errorf("docs/metrics.md has %s, which is not there", name)
		}
	}
}
