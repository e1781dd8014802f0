package proof

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

// Decode reads a message and refuses bytes that are not its one encoding: unknown fields, fields out of order and
// trailing bytes would be things that nobody checks.
func Decode(raw []byte, m proto.Message) error {
	if err := (proto.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(raw, m); err != nil {
		return err
	}
	again, err := Encode(m)
	if err != nil {
		return err
	}
	if !bytes.Equal(raw, again) {
		return errors.New("it has another encoding than its own")
	}
	return nil
}

// Encode writes a message in the one encoding that Decode takes.
func Encode(m proto.Message) ([]byte, error) {
	return proto.MarshalOptions{Deterministic: true}.Marshal(m)
}

// wellFormed reports whether an envelope is exactly its two fields in canonical form. The data hash is over the
// envelopes one behind the other with no frame between, so bytes that could be cut differently must not be believed.
func wellFormed(raw []byte) bool {
	for want := protowire.Number(1); want <= 2; want++ {
		num, typ, n := protowire.ConsumeTag(raw)
		if n < 0 || num != want || typ != protowire.BytesType || n != protowire.SizeTag(num) {
			return false
		}
		v, m := protowire.ConsumeBytes(raw[n:])
		if m < 0 || len(v) == 0 || m != protowire.SizeBytes(len(v)) {
			return false
		}
		raw = raw[n+m:]
	}
	return len(raw) == 0
}

// openEnvelope reads an envelope down to its channel header.
func openEnvelope(raw []byte) (*common.Envelope, *common.Payload, *common.ChannelHeader, error) {
	var e common.Envelope
	if err := proto.Unmarshal(raw, &e); err != nil {
		return nil, nil, nil, fmt.Errorf("the envelope cannot be read: %w", err)
	}
	var p common.Payload
	if err := proto.Unmarshal(e.GetPayload(), &p); err != nil {
		return &e, nil, nil, fmt.Errorf("the payload cannot be read: %w", err)
	}
	if p.GetHeader() == nil {
		return &e, &p, nil, errors.New("the payload has no header")
	}
	var h common.ChannelHeader
	if err := proto.Unmarshal(p.GetHeader().GetChannelHeader(), &h); err != nil {
		return &e, &p, nil, fmt.Errorf("the channel header cannot be read: %w", err)
	}
	return &e, &p, &h, nil
}
