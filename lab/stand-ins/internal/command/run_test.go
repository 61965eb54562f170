// SPDX-License-Identifier: Apache-2.0

package command

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"istio-fleet/lab/stand-ins/internal/providertest"
)

func TestCancelKillsTheCommand(t *testing.T) {
	c := command(t)
	started := filepath.Join(t.TempDir(), "started")
	done := make(chan error, 1)
	go func() {
		_, err := c.Server.Create(p.CreateRequest{
			Urn: c.URN, Properties: providertest.Map(t, props{"create": "touch " + started + "; exec sleep 60"}),
		})
		done <- err
	}()
	require.Eventually(t, func() bool { _, err := os.Stat(started); return err == nil }, 10*time.Second, 5*time.Millisecond)
	require.NoError(t, c.Server.Cancel())
	select {
	case err := <-done:
		require.ErrorContains(t, err, "signal: killed")
	case <-time.After(10 * time.Second):
		t.Fatal("the command still runs 10 s after Cancel")
	}
}

func TestLogging(t *testing.T) {
	for logging, want := range map[Logging][]string{
		"":                 {"o1", "e1", "", "o2", "end"},
		LogStdoutAndStderr: {"o1", "e1", "", "o2", "end"},
		LogStdout:          {"o1", "", "o2", "end"},
		LogStderr:          {"e1"},
		LogNone:            nil,
	} {
		t.Run("logging "+string(logging), func(t *testing.T) {
			var lines []string
			args := Args{}
			if logging != "" {
				args.Logging = &logging
			}
			script := `echo o1; sleep 0.2; echo e1 >&2; sleep 0.2; printf '\no2\nend'`
			stdout, stderr, err := args.execute(t.Context(), script, nil, func(line string) { lines = append(lines, line) })
			require.NoError(t, err)
			assert.Equal(t, "o1\n\no2\nend", stdout, "what is logged does not change what is kept")
			assert.Equal(t, "e1", stderr)
			assert.Equal(t, want, lines)
		})
	}
}

func TestLogIsAStream(t *testing.T) {
	lines := make(chan string)
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	go func() {
		_, _, err := (&Args{}).execute(t.Context(), "echo first; read _ < "+pipe, nil, func(line string) { lines <- line })
		assert.NoError(t, err)
		close(lines)
	}()
	select {
	case line := <-lines:
		assert.Equal(t, "first", line)
	case <-time.After(10 * time.Second):
		t.Fatal("no line while the command runs")
	}
	require.NoError(t, os.WriteFile(pipe, []byte("\n"), 0))
	for range lines {
	}
}

func TestFailureTellsOutputInOrder(t *testing.T) {
	_, err := command(t).TryCreate(props{"create": "for i in 1 2 3; do echo o$i; sleep 0.1; echo e$i >&2; sleep 0.1; done; false"})
	require.ErrorContains(t, err, "o1\ne1\no2\ne2\no3\ne3\n")
}
