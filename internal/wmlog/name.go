package wmlog

import (
	"fmt"
	"hash/fnv"
	"os"
	"strconv"
	"strings"
	"time"
)

// prefix begins the names of files, as with Windows Media Services.
const prefix = "WMS_"

// maxNumber is how many files further one period may have.
const maxNumber = 999

// start is the moment at which the period of t begins.
func (p Period) start(t time.Time) time.Time {
	y, m, d := t.Date()
	switch p {
	case Hourly:
		return t.Truncate(time.Hour)
	case Weekly:
		d -= (int(t.Weekday()) + 6) % 7
	case Monthly:
		d = 1
	case Forever:
		return time.Time{}
	}
	return time.Date(y, m, d, 0, 0, 0, 0, t.Location())
}

// stamp is what a file's name has of its period.
func (p Period) stamp(t time.Time) string {
	switch p {
	case Hourly:
		return t.Format("2006010215")
	case Weekly:
		t = p.start(t)
	case Monthly:
		return t.Format("200601")
	}
	return t.Format("20060102")
}

// fileName is the name of the n-th file of a period: WMS_20260314.log, then
// WMS_20260314_001.log.
func (o *Options) fileName(t time.Time, n int) string {
	number := ""
	if n > 0 {
		number = fmt.Sprintf("_%03d", n)
	}
	return prefix + o.Rotate.stamp(t.In(o.zone())) + number + o.ext()
}

func (o *Options) ext() string {
	if o.Format == JSON {
		return ".json"
	}
	return ".log"
}

// parts takes apart a name that fileName gives.
func (o *Options) parts(name string) (stamp string, n int, ok bool) {
	rest, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return "", 0, false
	}
	if rest, ok = strings.CutSuffix(rest, o.ext()); !ok {
		return "", 0, false
	}
	stamp, number, numbered := strings.Cut(rest, "_")
	if !isNumber(stamp, len("2006010215")) || numbered && (len(number) != 3 || !isNumber(number, 3)) {
		return "", 0, false
	}
	n, _ = strconv.Atoi("0" + number)
	return stamp, n, true
}

// latest is the newest file of the period, "" if there is none.
func (f *file) latest(now time.Time) (name string, number int, err error) {
	list, err := os.ReadDir(f.dir)
	if err != nil {
		return "", 0, err
	}
	today, best := f.opt.Rotate.stamp(now.In(f.opt.zone())), ""
	for _, d := range list {
		stamp, n, ok := f.opt.parts(d.Name())
		if !ok || f.opt.Rotate != Forever && stamp != today {
			continue
		}
		if name == "" || stamp > best || stamp == best && n > number {
			name, number, best = d.Name(), n, stamp
		}
	}
	return name, number, nil
}

// folderName is the folder of a point's own log. What no file name may hold becomes
// "_", with eight digits that tell such points apart.
func folderName(point string) string {
	if point == "" {
		return "[Root]"
	}
	safe := strings.Map(func(c rune) rune {
		if c < ' ' || strings.ContainsRune(`<>:"/\|?*[]`, c) {
			return '_'
		}
		return c
	}, point)
	if safe == point && strings.Trim(safe, ". ") == safe && len(safe) <= shortText {
		return safe
	}
	h := fnv.New32a()
	h.Write([]byte(point))
	return fmt.Sprintf("%s_%08x", strings.Trim(cleanText(safe, shortText), ". "), h.Sum32())
}
