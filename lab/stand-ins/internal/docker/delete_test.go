// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDelete(t *testing.T) {
	fake := startFake(t)
	n := network(t)
	made := n.Create(planned)
	require.NoError(t, n.Delete(made.ID, made.Properties))
	assert.Empty(t, fake.networks)
	require.NoError(t, n.Delete(made.ID, made.Properties), "gone already")

	made = n.Create(planned)
	fake.broken = "DELETE"
	require.ErrorContains(t, n.Delete(made.ID, made.Properties), `docker network "fleet": the fake is broken (HTTP 500)`)
}

// patience shortens the waits of Delete for one test.
func patience(t *testing.T, deadline time.Duration) {
	before, interval := leaveDeadline, leaveInterval
	leaveDeadline, leaveInterval = deadline, 5*time.Millisecond
	t.Cleanup(func() { leaveDeadline, leaveInterval = before, interval })
}

func occupy(fake *fakeEngine, id string, names ...string) {
	fake.mu.Lock()
	defer fake.mu.Unlock()
	fake.networks[id].Containers = map[string]struct{ Name string }{}
	for _, name := range names {
		fake.networks[id].Containers[name+"-id"] = struct{ Name string }{name}
	}
}

func TestDeleteNamesWhoIsStillThere(t *testing.T) {
	patience(t, 20*time.Millisecond)
	fake := startFake(t)
	n := network(t)
	made := n.Create(planned)
	occupy(fake, made.ID, "c2-control-plane", "c1-control-plane")
	err := n.Delete(made.ID, made.Properties)
	require.ErrorContains(t, err, `docker network "fleet" still has containers: c1-control-plane, c2-control-plane; remove`)
	assert.Len(t, fake.networks, 1)
}

func TestDeleteWaitsForTheLastToLeave(t *testing.T) {
	patience(t, 10*time.Second)
	fake := startFake(t)
	n := network(t)
	made := n.Create(planned)
	occupy(fake, made.ID, "c1-control-plane")
	done := make(chan error, 1)
	go func() { done <- n.Delete(made.ID, made.Properties) }()
	require.Eventually(t, func() bool { fake.mu.Lock(); defer fake.mu.Unlock(); return fake.deletes > 1 }, 5*time.Second, time.Millisecond)
	occupy(fake, made.ID)
	require.NoError(t, <-done)
	assert.Empty(t, fake.networks)
}

func TestCancelEndsTheWait(t *testing.T) {
	patience(t, time.Minute)
	fake := startFake(t)
	n := network(t)
	made := n.Create(planned)
	occupy(fake, made.ID, "c1-control-plane")
	done := make(chan error, 1)
	go func() { done <- n.Delete(made.ID, made.Properties) }()
	require.Eventually(t, func() bool { fake.mu.Lock(); defer fake.mu.Unlock(); return fake.deletes > 1 }, 5*time.Second, time.Millisecond)
	require.NoError(t, n.Server.Cancel())
	select {
	case err := <-done:
		require.ErrorContains(t, err, "context canceled")
	case <-time.After(5 * time.Second):
		t.Fatal("Delete still waits 5 s after Cancel")
	}
}

// TestRealEngine does a whole life with the engine of this machine, if there is one.
func TestRealEngine(t *testing.T) {
	if _, err := newEngine(t.Context(), Config{}.host()); err != nil {
		t.Skip("no engine to try with: ", err)
	}
	patience(t, 100*time.Millisecond)
	n := network(t)
	inputs := with(planned, props{
		"name":        "istio-fleet-stand-in-test",
		"options":     props{"com.docker.network.bridge.name": "br-fleet-test"},
		"ipamConfigs": []props{{"subnet": "198.18.77.0/24", "ipRange": "198.18.77.128/25", "gateway": "198.18.77.1"}},
	})
	made := n.Create(inputs)
	defer func() { assert.NoError(t, n.Delete(made.ID, made.Properties)) }()
	assert.False(t, n.Diff(made.Properties, inputs).HasChanges, "%v", n.Diff(made.Properties, inputs).DetailedDiff)
	_, err := n.TryCreate(inputs)
	require.ErrorContains(t, err, "already exists")
	read, err := n.Read(made.ID, made.Properties, n.Check(inputs))
	require.NoError(t, err)
	assert.Equal(t, made.Properties, read.Properties)
	require.NoError(t, n.Delete(made.ID, made.Properties))
	gone, err := n.Read(made.ID, made.Properties, n.Check(inputs))
	require.NoError(t, err)
	assert.Empty(t, gone.ID)
	if docker, err := exec.LookPath("docker"); err == nil {
		out, err := exec.Command(docker, "network", "ls", "-q", "-f", "name=istio-fleet-stand-in-test").CombinedOutput()
		require.NoError(t, err)
		assert.Empty(t, strings.TrimSpace(string(out)))
	}
}
