package evidence

import (
	"encoding/json"
	"fmt"

	"github.com/gowebpki/jcs"
)

// canonical writes a value as canonical JSON (RFC 8785): one value has one spelling, so that digests of it agree.
func canonical(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return jcs.Transform(b)
}
