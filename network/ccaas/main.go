// Command ccaas is the external builder through which a Fabric peer uses a
// chaincode that runs as a service.
//
// The peer calls the same program under three names: detect, build and
// release. A chaincode package holds only a template of connection.json; the
// peer's own settings, given in CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG as a
// JSON object, fill it in. So all peers install the same package (and agree
// on its id), while each reaches the chaincode with its own certificate.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

// packageType is the "type" in metadata.json of packages this builder takes.
const packageType = "ccaas"

// settingsVariable holds the peer's settings for the template.
const settingsVariable = "CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG"

func main() {
	if err := run(filepath.Base(os.Args[0]), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "ccaas builder:", err)
		os.Exit(1)
	}
}

// run performs one step of the peer's protocol for external builders.
func run(step string, args []string) error {
	need := map[string]int{"detect": 2, "build": 3, "release": 2}[step]
	if need == 0 {
		return fmt.Errorf("called as %q: link it as bin/detect, bin/build and bin/release", step)
	}
	if len(args) != need {
		return fmt.Errorf("%s takes %d directories, got %d", step, need, len(args))
	}
	switch step {
	case "detect":
		return detect(args[1])
	case "build":
		return build(args[0], args[2])
	default:
		return release(args[0], args[1])
	}
}

// detect accepts packages of our type.
func detect(metadata string) error {
	text, err := os.ReadFile(filepath.Join(metadata, "metadata.json"))
	if err != nil {
		return err
	}
	var m struct{ Type string }
	if err := json.Unmarshal(text, &m); err != nil {
		return fmt.Errorf("metadata.json: %w", err)
	}
	if !strings.EqualFold(m.Type, packageType) {
		return fmt.Errorf("packages of type %q are not for this builder", m.Type)
	}
	return nil
}

// build fills in the connection template of the package.
func build(source, output string) error {
	text, err := os.ReadFile(filepath.Join(source, "connection.json"))
	if err != nil {
		return err
	}
	settings := map[string]any{}
	if config := os.Getenv(settingsVariable); config != "" {
		if err := json.Unmarshal([]byte(config), &settings); err != nil {
			return fmt.Errorf("%s is not a JSON object: %w", settingsVariable, err)
		}
	}
	filled, err := fill(text, settings)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(output, "connection.json"), filled, 0o600)
}

// fill replaces {{.name}} in every string of a JSON object. Values are put in
// as data, after parsing, so that no setting can break out of its string.
func fill(text []byte, settings map[string]any) ([]byte, error) {
	fields := map[string]any{}
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, fmt.Errorf("connection.json: %w", err)
	}
	for name, value := range fields {
		pattern, isText := value.(string)
		if !isText {
			continue
		}
		t, err := template.New(name).Option("missingkey=error").Parse(pattern)
		if err != nil {
			return nil, fmt.Errorf("connection.json, field %s: %w", name, err)
		}
		var out strings.Builder
		if err := t.Execute(&out, settings); err != nil {
			return nil, fmt.Errorf("connection.json, field %s (is it set in %s?): %w", name, settingsVariable, err)
		}
		fields[name] = out.String()
	}
	return json.Marshal(fields)
}

// release hands the filled-in connection to the peer, which then dials the
// chaincode instead of starting it.
func release(built, output string) error {
	text, err := os.ReadFile(filepath.Join(built, "connection.json"))
	if errors.Is(err, os.ErrNotExist) {
		return errors.New("the build step left no connection.json")
	}
	if err != nil {
		return err
	}
	dir := filepath.Join(output, "chaincode", "server")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "connection.json"), text, 0o600)
}
