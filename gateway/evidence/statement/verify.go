package statement

import (
	"crypto/x509"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"fundtrace/chaincode/contract"
	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/evidence"
	"fundtrace/gateway/evidence/proof"

	"github.com/gowebpki/jcs"
)

// Options say what a statement is held against.
type Options struct {
	// GenesisHash is the hash of block 0 of the channel that the verifier trusts. Nil: the file's own block 0 is taken, and
	// the report says that everything rests on it.
	GenesisHash []byte
}

// Verify checks a file against nothing but itself and the hash of block 0. The report is never nil; its OK says whether
// everything holds. Where it does not, the error is a *Failure or a *proof.Failure that says why (ReasonOf), and the report
// tells what held before.
func Verify(data []byte, o Options) (*Report, error) {
	r := newReport(o)
	p, claimed, err := decode(data)
	if err == nil {
		err = r.verify(p, o)
	}
	if err == nil && claimed != r.Genesis {
		err = refuse(WrongChain, nil, "the file calls %.64q the hash of block 0, which is %s", claimed, r.Genesis)
	}
	if err != nil {
		r.fail(err)
		return r, err
	}
	r.OK = true
	return r, nil
}

// verify checks a proof and fills the report.
func (r *Report) verify(p *Proof, o Options) error {
	config, genesis, err := proof.History(p.Configurations, o.GenesisHash)
	if err != nil {
		return err
	}
	r.Genesis, r.Channel = hex.EncodeToString(genesis), config.Channel
	r.aboutChannel(config, len(p.Configurations)-1)
	a, reason, err := config.Answer(p.Envelope)
	if err != nil {
		return refuse(reason, err, "the envelope is not believed")
	}
	if a.Chaincode != evidence.Chaincode {
		return refuse(NotAsked, nil, "chaincode %.40q was asked, not %s", a.Chaincode, evidence.Chaincode)
	}
	if err := checkSigners(config, a); err != nil {
		return err
	}
	r.aboutSigners(a)
	request, err := requestOf(a.Args)
	if err != nil {
		return refuse(NotAsked, err, "what was asked cannot be read")
	}
	r.Question = request.String()
	if request.Disclose != "" {
		return r.disclosed(request, a)
	}
	return r.stated(request, a)
}

// checkSigners demands a signature that counts by a peer of each of Organisations, none that does not count, and
// certificates that were valid at the time of the answer, up to the roots of their organisations.
func checkSigners(config *proof.Config, a *proof.Answer) error {
	if a.Doubt != nil {
		return refuse(Unsigned, a.Doubt, "one of the signatures under the answer counts for nothing")
	}
	for _, msp := range Organisations {
		if !slices.ContainsFunc(a.Peers, func(s proof.Signer) bool { return s.MSP == msp }) {
			return refuse(Unsigned, nil, "no peer of %s has signed the answer", msp)
		}
	}
	for _, s := range append(slices.Clone(a.Peers), a.Creator) {
		if err := validAt(config, s, a.At); err != nil {
			return refuse(Expired, err, "the certificate of %s of %s was not valid on %s", s.Name, s.MSP, a.At.UTC().Format(time.RFC3339))
		}
	}
	return nil
}

// validAt verifies a certificate and the path to a root of its organisation at a moment. Blocks carry no time and are
// judged otherwise (package proof); an answer says when it was given.
func validAt(config *proof.Config, s proof.Signer, at time.Time) error {
	o := x509.VerifyOptions{Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(), CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}
	for _, org := range config.Organisations() {
		if org.MSP != s.MSP {
			continue
		}
		for _, c := range org.Roots {
			o.Roots.AddCert(c)
		}
		for _, c := range org.Intermediates {
			o.Intermediates.AddCert(c)
		}
	}
	_, err := s.Certificate.Verify(o)
	return err
}

// open reads an answer: canonical JSON of a known form, on this channel, of the time that the proposal claims.
func open(a *proof.Answer, format string, into any, heading *contract.Heading) error {
	canonical, err := jcs.Transform(a.Payload)
	if err != nil || string(canonical) != string(a.Payload) {
		return refuse(NotAsked, err, "the answer is not in its canonical form")
	}
	if err := ledger.DecodeStrict(a.Payload, into); err != nil {
		return refuse(NotAsked, err, "the answer cannot be read")
	}
	if heading.Format != format || heading.Channel != a.Channel || heading.At != a.At.UTC().Format(time.RFC3339) {
		return refuse(NotAsked, nil, "the answer says that it is %.40q on %.40q of %.40q", heading.Format, heading.Channel, heading.At)
	}
	return nil
}

// stated takes a statement that answers the request.
func (r *Report) stated(q *Request, a *proof.Answer) error {
	var s contract.SignedStatement
	if err := open(a, contract.StatementFormat, &s, &s.Heading); err != nil {
		return err
	}
	if !slices.EqualFunc(q.Lots, s.Lots, func(id string, l ledger.LotRecord) bool { return l.Lot == id }) ||
		!slices.EqualFunc(q.Movements, s.Movements, func(id string, m ledger.MovementRecord) bool { return m.ID == id }) {
		return refuse(NotAsked, nil, "the answer is about other lots or movements than were asked for")
	}
	r.Statement = &s
	r.hold("statement", "The answer is about exactly what was asked for: %s.", q)
	r.aboutLimits()
	return nil
}

// disclosed takes a disclosure that answers the request.
func (r *Report) disclosed(q *Request, a *proof.Answer) error {
	var d contract.SignedDisclosure
	if err := open(a, contract.DisclosureFormat, &d, &d.Heading); err != nil {
		return err
	}
	if d.Movement != q.Disclose {
		return refuse(NotAsked, nil, "the answer is about movement %.60q", d.Movement)
	}
	if err := d.Check(); err != nil {
		return refuse(WrongRoot, err, "the movement is not shown to be under the root")
	}
	var leaf ledger.Leaf
	if err := ledger.DecodeStrict([]byte(d.Leaf), &leaf); err != nil {
		return refuse(WrongRoot, err, "the leaf cannot be read")
	}
	r.Disclosure, r.Leaf = &d, &leaf
	r.hold("root", "The movement's leaf and %s beside it lead to the root %s, which the peers say entry %s has: the movement is number %d of its %s, as recorded by %s of %s.",
		count(len(d.Path), "digest"), d.Root, strings.SplitN(d.Movement, ".", 2)[0], d.Index+1, count(d.Size, "movement"), leaf.Writer.Name, leaf.Writer.MSP)
	r.aboutLimits()
	return nil
}
