package main

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
)

const dropped = "CAP_SYS_RESOURCE"

// A request is a file in which runc reads the capabilities to give.
type request struct {
	path string
	// whole: the file is a container's spec, with the process in it; else it is the process alone.
	whole bool
}

// requests finds the files that a runc command line names: a bundle's config.json (create, run), or
// the description of one more process (exec).
func requests(args []string) []request {
	var found []request
	for i, arg := range args {
		flag, value, joined := strings.Cut(arg, "=")
		if !joined && i+1 < len(args) {
			value = args[i+1]
		}
		switch flag {
		case "--bundle", "-bundle", "-b":
			found = append(found, request{filepath.Join(value, "config.json"), true})
		case "--process", "-process", "-p":
			found = append(found, request{value, false})
		}
	}
	return found
}

type object map[string]json.RawMessage

// without gives the file's text with the capability taken out of every set. What it does not have to
// know it passes on byte for byte, for numbers not to be rounded.
func (r request) without(text []byte) ([]byte, error) {
	if !r.whole {
		return processWithout(text)
	}
	return changed(text, "process", processWithout)
}

func processWithout(text []byte) ([]byte, error) {
	return changed(text, "capabilities", func(sets []byte) ([]byte, error) {
		var capabilities map[string][]string
		if err := json.Unmarshal(sets, &capabilities); err != nil {
			return nil, err
		}
		for name, set := range capabilities {
			capabilities[name] = slices.DeleteFunc(set, func(c string) bool { return c == dropped })
		}
		return json.Marshal(capabilities)
	})
}

// changed replaces one member of a JSON object, where it is there and not null.
func changed(text []byte, member string, change func([]byte) ([]byte, error)) ([]byte, error) {
	var all object
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, err
	}
	old, has := all[member]
	if !has || string(old) == "null" {
		return text, nil
	}
	value, err := change(old)
	if err != nil {
		return nil, err
	}
	all[member] = value
	return json.Marshal(all)
}
