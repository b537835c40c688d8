package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"

	"caracal/internal/server"
	"caracal/wmsp"
)

type pushCommand struct {
	Key         string        `placeholder:"KEY" env:"CARACAL_PUSH_KEY" help:"The point's key, if it has one."`
	Template    string        `placeholder:"NAME" help:"Have the point made like this one, if it does not exist."`
	AutoDestroy bool          `help:"Have a point that was made so removed at the end."`
	Proxy       string        `placeholder:"HOST:PORT" help:"Push through this HTTP proxy; user:password@host:port logs in there."`
	Speed       float64       `default:"1" help:"How much faster than it plays; 0 is as fast as the server takes it."`
	Retry       time.Duration `default:"1m" help:"How long to try again when the server has gone."`
	File        string        `arg:"" name:"file|-" help:"A .wmv, .wma or .asf file; - is the standard input, such as \"ffmpeg ... -f asf -\" writes it."`
	URL         string        `arg:"" name:"url" help:"The broadcast point: http://host:port/point."`
}

// farewell is how long the last words to a server may take.
const farewell = 5 * time.Second

// Run pushes until the content or the user ends it.
func (c *pushCommand) Run(o *output) error {
	if c.Speed < 0 || c.Retry < 0 {
		return usageError{errors.New("--speed and --retry are not below 0")}
	}
	in, err := c.open()
	if err != nil {
		return err
	}
	defer in.Close()
	signals, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(signals, stop) // a second signal ends the program at once

	// What is sent outlives the first signal by the farewell.
	sending, cancel := context.WithCancel(context.Background())
	defer cancel()
	context.AfterFunc(signals, func() { time.AfterFunc(farewell, cancel) })

	p := &pusher{
		client: c.client(), url: c.target(), retry: c.Retry, sending: sending,
		clock: pushClock{speed: c.Speed}, progress: newProgress(o.err),
	}
	err = p.run(signals, in)
	p.progress.end()
	if err != nil {
		return c.explain(err)
	}
	fmt.Fprintln(o.out, p.progress.summary(time.Now()))
	return nil
}

func (c *pushCommand) open() (io.ReadCloser, error) {
	if c.File == "-" {
		return os.Stdin, nil
	}
	f, err := os.Open(c.File)
	if err != nil {
		return nil, statError(c.File, err)
	}
	return f, nil
}

func (c *pushCommand) client() *wmsp.PushClient {
	return &wmsp.PushClient{
		Agent:    wmsp.DefaultPushAgent + " Caracal/" + server.Version().Text,
		Template: templatePath(c.Template), AutoDestroy: c.AutoDestroy, Proxy: c.Proxy,
	}
}

// target is the URL with the key, which goes with any name.
func (c *pushCommand) target() string {
	u, err := url.Parse(c.URL)
	if err != nil || c.Key == "" {
		return c.URL
	}
	u.User = url.UserPassword("caracal", c.Key)
	return u.String()
}

// piece is what the reader hands to the pusher; err is the last.
type piece struct {
	wmsp.Pushed
	err error
}

// maxAhead is how many pieces are read before they are due.
const maxAhead = 64

// readPieces reads the content until it ends or done is. A standard input that
// nobody writes to cannot be given up: the goroutine ends with the program then.
func readPieces(in io.Reader, done <-chan struct{}) <-chan piece {
	pieces := make(chan piece, maxAhead)
	go func() {
		defer close(pieces)
		put := func(p piece) bool {
			select {
			case pieces <- p:
				return p.err == nil
			case <-done:
				return false
			}
		}
		s, err := wmsp.NewPushedStream(bufio.NewReaderSize(in, 64<<10))
		for err == nil {
			var p wmsp.Pushed
			if p, err = s.Next(); err == nil {
				p.Header, p.Packet = cloned(p.Header), cloned(p.Packet)
				if !put(piece{Pushed: p}) {
					return
				}
			}
		}
		if err != io.EOF {
			put(piece{err: err})
		}
	}()
	return pieces
}

// cloned copies; nil stays nil.
func cloned(b []byte) []byte { return append([]byte(nil), b...) }

// explain says what to do.
func (c *pushCommand) explain(err error) error {
	if errors.Is(err, wmsp.ErrPushed) {
		hint := "caracal push takes ASF: ffmpeg -i INPUT -c:v wmv2 -c:a wmav2 OUTPUT.wmv makes it of anything"
		if errors.Is(err, io.ErrUnexpectedEOF) {
			hint = "it ends too early: \"caracal check\" says more of a file"
		}
		return fmt.Errorf("%s: %w\n%s", c.File, err, hint)
	}
	return pushError(c.URL, c.Key != "", err)
}
