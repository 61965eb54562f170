// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// fakeEngine answers like an engine of API 1.41 (docker 20.10), as far as networks go.
type fakeEngine struct {
	mu       sync.Mutex
	version  string
	networks map[string]*inspected
	// created are the bodies of the requests to create.
	created []map[string]any
	// deletes counts the requests to delete.
	deletes int
	// creating, if set, is called before a network is made.
	creating func()
	// broken, if set, answers the method with HTTP 500.
	broken string
}

// startFake starts the fake on a socket and points DOCKER_HOST to it.
func startFake(t *testing.T) *fakeEngine {
	t.Helper()
	fake := &fakeEngine{version: "1.41", networks: map[string]*inspected{}}
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(fake)
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
	t.Setenv("DOCKER_HOST", "unix://"+socket)
	return fake
}

func (f *fakeEngine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.URL.Path == "/_ping" {
		w.Header().Set("Api-Version", f.version)
		_, _ = w.Write([]byte("OK"))
		return
	}
	path, ok := strings.CutPrefix(r.URL.Path, "/v"+f.version+"/networks/")
	id := path
	found := f.networks[id]
	switch {
	case !ok:
		refuse(w, http.StatusNotFound, "page not found")
	case f.broken == r.Method:
		refuse(w, http.StatusInternalServerError, "the fake is broken")
	case r.Method == http.MethodPost && path == "create":
		f.create(w, r)
	case found == nil:
		refuse(w, http.StatusNotFound, "network "+id+" not found")
	case r.Method == http.MethodGet:
		_ = json.NewEncoder(w).Encode(found)
	case r.Method == http.MethodDelete:
		f.deletes++
		if len(found.Containers) > 0 {
			refuse(w, http.StatusForbidden, "error while removing network: network "+found.Name+" id "+id+" has active endpoints")
			return
		}
		delete(f.networks, id)
		w.WriteHeader(http.StatusNoContent)
	}
}

func (f *fakeEngine) create(w http.ResponseWriter, r *http.Request) {
	var body map[string]any
	var asked inspected
	if err := decodeBoth(r, &body, &asked); err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	f.created = append(f.created, body)
	if f.creating != nil {
		f.creating()
	}
	for _, other := range f.networks {
		if other.Name == asked.Name && body["CheckDuplicate"] == true {
			refuse(w, http.StatusConflict, "network with name "+asked.Name+" already exists")
			return
		}
	}
	asked.ID = fmt.Sprintf("%064x", len(f.created))
	asked.Scope = "local"
	if asked.Driver == "" {
		asked.Driver = "bridge"
	}
	if asked.Options == nil {
		asked.Options = map[string]string{}
	}
	if asked.IPAM.Config == nil {
		asked.IPAM.Config = []ipamConfig{{Subnet: "172.18.0.0/16", Gateway: "172.18.0.1"}}
	}
	f.networks[asked.ID] = &asked
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(map[string]string{"Id": asked.ID, "Warning": ""})
}

func decodeBoth(r *http.Request, targets ...any) error {
	var raw json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&raw); err != nil {
		return err
	}
	for _, target := range targets {
		if err := json.Unmarshal(raw, target); err != nil {
			return err
		}
	}
	return nil
}

func refuse(w http.ResponseWriter, status int, message string) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"message": message})
}
