// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"

	p "github.com/pulumi/pulumi-go-provider"
)

// run executes the script, if there is one, and keeps what it printed in the state.
func (s *State) run(ctx context.Context, script *string) error {
	if script == nil {
		return nil
	}
	// InfoStatus shows the line while the resource is worked on and keeps it out of the final log.
	stdout, stderr, err := s.Args.execute(ctx, *script, s.previous(), p.GetLogger(ctx).InfoStatus)
	if err != nil {
		return err
	}
	s.Stdout, s.Stderr = stdout, stderr
	return nil
}

// previous is the environment that tells a command what the one before it printed.
func (s *State) previous() []string {
	if s.AddPreviousOutputInEnv != nil && !*s.AddPreviousOutputInEnv {
		return nil
	}
	var env []string
	if s.Stdout != "" {
		env = append(env, "PULUMI_COMMAND_STDOUT="+s.Stdout)
	}
	if s.Stderr != "" {
		env = append(env, "PULUMI_COMMAND_STDERR="+s.Stderr)
	}
	return env
}

// execute runs the script once and hands each line that `logging` asks for to log. Cancelling the context kills the
// interpreter, and only that: like the published plugin it then waits for whatever still holds the output open.
func (a *Args) execute(
	ctx context.Context, script string, previous []string, log func(string),
) (stdout, stderr string, err error) {
	argv := []string{"/bin/sh", "-c"}
	if a.Interpreter != nil && len(*a.Interpreter) > 0 {
		argv = append([]string{}, *a.Interpreter...)
	}
	cmd := exec.CommandContext(ctx, argv[0], append(argv[1:], script)...)
	if a.Dir != nil {
		cmd.Dir = *a.Dir
	}
	cmd.Env = append(a.environ(), previous...)
	if a.Stdin != nil && *a.Stdin != "" {
		cmd.Stdin = strings.NewReader(*a.Stdin)
	}

	var out, errs bytes.Buffer
	both := &lockedWriter{to: &bytes.Buffer{}}
	lines := &lineWriter{line: log}
	logOut, logErr := a.Logging.streams()
	cmd.Stdout = io.MultiWriter(append([]io.Writer{&out, both}, only(logOut, lines)...)...)
	cmd.Stderr = io.MultiWriter(append([]io.Writer{&errs, both}, only(logErr, lines)...)...)
	err = cmd.Run()
	lines.flush()
	if err != nil {
		return "", "", fmt.Errorf("%w: running %q:\n%s", err, script, both.to.String())
	}
	return strings.TrimSuffix(out.String(), "\n"), strings.TrimSuffix(errs.String(), "\n"), nil
}

// environ is the engine's environment with the resource's own on top.
func (a *Args) environ() []string {
	env := os.Environ()
	if a.Environment != nil {
		for name, value := range *a.Environment {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// only lists w if wanted.
func only(wanted bool, w io.Writer) []io.Writer {
	if !wanted {
		return nil
	}
	return []io.Writer{w}
}

// lockedWriter lets stdout and stderr, which are copied at the same time, share a buffer.
type lockedWriter struct {
	mu sync.Mutex
	to *bytes.Buffer
}

func (w *lockedWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(b)
}

// lineWriter cuts a stream into lines as it comes.
type lineWriter struct {
	mu   sync.Mutex
	rest []byte
	line func(string)
}

func (w *lineWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rest = append(w.rest, b...)
	for {
		end := bytes.IndexByte(w.rest, '\n')
		if end < 0 {
			return len(b), nil
		}
		w.line(strings.TrimSuffix(string(w.rest[:end]), "\r"))
		w.rest = w.rest[end+1:]
	}
}

// flush hands on a last line that has no end.
func (w *lineWriter) flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.rest) > 0 {
		w.line(string(w.rest))
		w.rest = nil
	}
}
