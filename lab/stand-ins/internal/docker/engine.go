// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// newestAPI is the newest version of the engine's API that this was written for.
const newestAPI = "1.47"

// engine is a docker engine's API: https://docs.docker.com/reference/api/engine/.
type engine struct {
	http *http.Client
	base string
	// version is the one to speak: ours, or the engine's if that is older.
	version string
}

// statusError is the engine's own refusal.
type statusError struct {
	status  int
	message string
}

func (e *statusError) Error() string { return fmt.Sprintf("%s (HTTP %d)", e.message, e.status) }

func hasStatus(err error, status int) bool {
	var refused *statusError
	return errors.As(err, &refused) && refused.status == status
}

// newEngine connects to a host as $DOCKER_HOST spells it and agrees on a version.
func newEngine(ctx context.Context, host string) (*engine, error) {
	address, err := url.Parse(host)
	if err != nil {
		return nil, fmt.Errorf("docker host %q: %w", host, err)
	}
	e := &engine{http: &http.Client{}, base: "http://docker"}
	switch address.Scheme {
	case "unix":
		e.http.Transport = &http.Transport{
			DisableKeepAlives: true,
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, "unix", address.Path)
			},
		}
	case "tcp", "http":
		e.base = "http://" + address.Host
	default:
		return nil, fmt.Errorf("docker host %q: the docker stand-in of istio-fleet's lab knows unix:// and plain tcp://; "+
			"set DOCKER_HOST to one of them, or use the published plugin", host)
	}
	if e.version, err = e.ping(ctx); err != nil {
		return nil, fmt.Errorf("no docker engine answers at %s: %w", host, err)
	}
	return e, nil
}

func (e *engine) ping(ctx context.Context) (version string, err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	header, err := e.send(ctx, http.MethodGet, "/_ping", nil, nil)
	if err != nil {
		return "", err
	}
	if theirs := header.Get("Api-Version"); theirs != "" && minor(theirs) < minor(newestAPI) {
		return theirs, nil
	}
	return newestAPI, nil
}

// minor is 41 of "1.41".
func minor(version string) int {
	_, after, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(after)
	if err != nil {
		return 0
	}
	return n
}

// call sends a request to the version that was agreed on.
func (e *engine) call(ctx context.Context, method, path string, body, answer any) error {
	_, err := e.send(ctx, method, "/v"+e.version+path, body, answer)
	return err
}

func (e *engine) send(ctx context.Context, method, path string, body, answer any) (http.Header, error) {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(ctx, method, e.base+path, content)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := e.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if res.StatusCode >= http.StatusBadRequest {
		return nil, refusal(res.StatusCode, text)
	}
	if answer != nil {
		if err := json.Unmarshal(text, answer); err != nil {
			return nil, fmt.Errorf("%s %s: the engine's answer: %w", method, path, err)
		}
	}
	return res.Header, nil
}

// refusal is the engine's message, or what came in its place.
func refusal(status int, body []byte) error {
	var answer struct{ Message string }
	if err := json.Unmarshal(body, &answer); err != nil || answer.Message == "" {
		answer.Message = strings.TrimSpace(string(body))
	}
	return &statusError{status: status, message: answer.Message}
}

type ipamConfig struct {
	Subnet             string            `json:",omitempty"`
	IPRange            string            `json:",omitempty"`
	Gateway            string            `json:",omitempty"`
	AuxiliaryAddresses map[string]string `json:",omitempty"`
}

type ipam struct {
	Driver  string
	Options map[string]string `json:",omitempty"`
	Config  []ipamConfig      `json:",omitempty"`
}

type createRequest struct {
	Name           string
	CheckDuplicate *bool  `json:",omitempty"`
	Driver         string `json:",omitempty"`
	Internal       bool
	Attachable     bool
	Ingress        bool
	EnableIPv6     *bool             `json:",omitempty"`
	Options        map[string]string `json:",omitempty"`
	Labels         map[string]string `json:",omitempty"`
	IPAM           ipam
}

type inspected struct {
	ID         string `json:"Id"`
	Name       string
	Driver     string
	Scope      string
	Internal   bool
	Attachable bool
	Ingress    bool
	EnableIPv6 bool
	Options    map[string]string
	Labels     map[string]string
	IPAM       ipam
	Containers map[string]struct{ Name string }
}

// create makes a network and never a second one of the same name, which engines before API 1.44 would do.
func (e *engine) create(ctx context.Context, req createRequest) (id string, err error) {
	if minor(e.version) < 44 {
		yes := true
		req.CheckDuplicate = &yes
	}
	var made struct{ ID string }
	err = e.call(ctx, http.MethodPost, "/networks/create", req, &made)
	return made.ID, err
}

func (e *engine) inspect(ctx context.Context, id string) (found inspected, err error) {
	err = e.call(ctx, http.MethodGet, "/networks/"+url.PathEscape(id), nil, &found)
	return found, err
}

func (e *engine) remove(ctx context.Context, id string) error {
	return e.call(ctx, http.MethodDelete, "/networks/"+url.PathEscape(id), nil, nil)
}
