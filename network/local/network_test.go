package local

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"fundtrace/gateway/config"
	"fundtrace/gateway/enrol"
	"fundtrace/gateway/fingerprint"

	"github.com/hyperledger/fabric-admin-sdk/pkg/chaincode"
	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
)

// superviseVariable makes the test program start a network in the directory
// it names and wait, so that a test can kill it.
const superviseVariable = "NETWORK_TEST_SUPERVISE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(superviseVariable); dir != "" {
		if _, err := Start(context.Background(), Options{Dir: dir}); err != nil {
			panic(err)
		}
		select {}
	}
	os.Exit(m.Run())
}

// TestNetwork runs real nodes through everything that can happen to them. The
// steps build on one another: a network takes seconds to make.
func TestNetwork(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: starts real Fabric nodes, and builds them the first time")
	}
	ctx := t.Context()
	dir := t.TempDir()
	revived := make(chan struct{}, 1)
	options := Options{
		Dir: dir, Peers: []string{"finance", "bank"}, Revive: true,
		Report: func(step string) {
			if step == "starting chaincode again" {
				revived <- struct{}{}
			}
		},
		Users: []User{{Name: "officer@finance", Organisation: "finance", Role: "officer", Party: "uscc:test"}},
	}
	n := mustStart(t, options)

	t.Run("a second start in the directory is refused", func(t *testing.T) {
		if _, err := Start(ctx, options); !errors.Is(err, ErrRunning) {
			t.Fatalf("got %v, want ErrRunning", err)
		}
	})
	t.Run("all processes are healthy", func(t *testing.T) { wantHealthy(t, dir, 5) })
	t.Run("certificates carry role and party", func(t *testing.T) { checkEnrolment(t, n) })
	t.Run("users can sign in with their password", func(t *testing.T) { checkLogin(t, n) })
	t.Run("the gateway accepts its configuration", func(t *testing.T) { checkGatewayConfig(t, n) })
	t.Run("peers check the time of proposals", func(t *testing.T) { checkTimeWindow(t, n) })
	for _, name := range []string{"peer.bank", "chaincode", "orderer1", "peer.finance"} {
		t.Run("transactions commit after a crash of "+name, func(t *testing.T) {
			if err := n.Kill(name); err != nil {
				t.Fatal(err)
			}
			if err := n.Restart(ctx, name); err != nil {
				t.Fatal(err)
			}
			heartbeat(t, n)
		})
	}
	t.Run("a process that ends by itself is started again", func(t *testing.T) {
		if err := n.Signal("chaincode", syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		<-revived
		heartbeat(t, n)
	})

	before := tip(t, n)
	key, err := os.ReadFile(n.ConsortiumKeyFile())
	if err != nil {
		t.Fatal(err)
	}
	pids := runningPIDs(t, dir)
	if err := n.Stop(); err != nil {
		t.Fatal(err)
	}
	wantGone(t, pids)

	t.Run("the ledger is there after a restart, with other chaincode", func(t *testing.T) {
		n := mustStart(t, Options{Dir: dir, Chaincode: paths(dir).program("chaincode"), ChaincodeVersion: "other"})
		defer stop(t, n)
		if version, sequence := definition(t, n); version != "other" || sequence != 2 {
			t.Errorf("version %q with sequence %d is in force, want the other version as number 2", version, sequence)
		}
		after := tip(t, n)
		if after.Height <= before.Height {
			t.Errorf("height %d after the restart and its heartbeat, want more than %d", after.Height, before.Height)
		}
		if !bytes.Equal(hashBefore(t, n, before.Height), before.CurrentBlockHash) {
			t.Error("the block after the restart does not follow the last block before it")
		}
		if again, err := os.ReadFile(n.ConsortiumKeyFile()); err != nil || !bytes.Equal(again, key) {
			t.Errorf("the consortium's key is another one after the restart (%v)", err)
		}
	})
	t.Run("nothing outlives a killed supervisor", func(t *testing.T) { killSupervisor(t, dir) })
	t.Run("the number of ordering nodes cannot change", func(t *testing.T) {
		if _, err := Start(ctx, Options{Dir: dir, Orderers: 3}); err == nil {
			t.Error("a network with one ordering node started as one with three")
		}
	})
	t.Run("reset deletes it", func(t *testing.T) {
		if err := Reset(dir); err != nil {
			t.Fatal(err)
		}
		if exists(dir) {
			t.Error("the directory is still there")
		}
	})
}

// TestThreeOrderers checks that an ordering service of three goes on without
// one of them.
func TestThreeOrderers(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: starts real Fabric nodes, and builds them the first time")
	}
	n := mustStart(t, Options{Dir: t.TempDir(), Orderers: 3, Peers: []string{"finance", "bank"}})
	defer stop(t, n)
	for _, name := range []string{"orderer1", "orderer2", "orderer3"} {
		if err := n.Kill(name); err != nil {
			t.Fatal(err)
		}
		heartbeat(t, n)
		if err := n.Restart(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
}

func mustStart(t *testing.T, o Options) *Network {
	t.Helper()
	n, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Stop() }) // also after a failure; a second stop does nothing
	return n
}

func stop(t *testing.T, n *Network) {
	t.Helper()
	if err := n.Stop(); err != nil {
		t.Error(err)
	}
}

func heartbeat(t *testing.T, n *Network) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), settleLimit)
	defer cancel()
	if err := n.Heartbeat(ctx); err != nil {
		t.Fatal(err)
	}
}

func wantHealthy(t *testing.T, dir string, count int) {
	t.Helper()
	statuses, err := Inspect(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(statuses) != count {
		t.Errorf("got the status of %d processes, want %d", len(statuses), count)
	}
	for _, s := range statuses {
		if !s.Healthy || s.PID == 0 {
			t.Errorf("%s: %+v", s.Name, s)
		}
	}
}

func checkEnrolment(t *testing.T, n *Network) {
	_, own, err := n.Enrol(t.Context(), "bank", "custodian@bank",
		enrol.Attribute{Name: "role", Value: "custodian", ECert: true},
		enrol.Attribute{Name: "party", Value: "uscc:123", ECert: true})
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(own.Certificate)
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if certificate.Subject.CommonName != "custodian@bank" || !strings.Contains(certificate.Subject.String(), "OU=client") {
		t.Errorf("the subject is %s", certificate.Subject)
	}
	for _, want := range []string{`"role":"custodian"`, `"party":"uscc:123"`} {
		found := false
		for _, extension := range certificate.Extensions {
			found = found || bytes.Contains(extension.Value, []byte(want))
		}
		if !found {
			t.Errorf("no extension of the certificate holds %s", want)
		}
	}
}

func checkLogin(t *testing.T, n *Network) {
	logins, err := Logins(n.Dir())
	if err != nil || len(logins) != 1 {
		t.Fatalf("got %d users (%v), want 1", len(logins), err)
	}
	ca, err := n.CA("finance")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ca.Enrol(t.Context(), enrol.Wanted{ID: logins[0].Name}, logins[0].Password); err != nil {
		t.Error(err)
	}
	if _, err := ca.Enrol(t.Context(), enrol.Wanted{ID: logins[0].Name}, "wrong"); err == nil {
		t.Error("a wrong password was accepted")
	}
	info, err := os.Stat(n.paths.join(credentialsFile))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file of passwords has mode %v, want 0600", info.Mode().Perm())
	}
}

func checkGatewayConfig(t *testing.T, n *Network) {
	path, err := n.WriteGatewayConfig("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Organisations) != len(organisations) {
		t.Errorf("the configuration names %d organisations, want %d", len(c.Organisations), len(organisations))
	}
	if _, err := fingerprint.LoadKey(c.ConsortiumKeyFile); err != nil {
		t.Error(err)
	}
}

// evaluate asks the finance peer's system chaincode about the ledger.
func evaluate(t *testing.T, n *Network, function string, args ...string) []byte {
	t.Helper()
	admin, err := n.Admin("finance")
	if err != nil {
		t.Fatal(err)
	}
	connection, err := n.Dial("finance")
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	gateway, err := client.Connect(admin, client.WithSign(admin.SignDigest), client.WithClientConnection(connection))
	if err != nil {
		t.Fatal(err)
	}
	defer gateway.Close()
	answer, err := gateway.GetNetwork(ChannelName).GetContract("qscc").EvaluateTransaction(function, append([]string{ChannelName}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func tip(t *testing.T, n *Network) *common.BlockchainInfo {
	t.Helper()
	info := &common.BlockchainInfo{}
	if err := proto.Unmarshal(evaluate(t, n, "GetChainInfo"), info); err != nil {
		t.Fatal(err)
	}
	return info
}

// hashBefore is what the block of that number says its predecessor's hash is.
func hashBefore(t *testing.T, n *Network, number uint64) []byte {
	t.Helper()
	block := &common.Block{}
	if err := proto.Unmarshal(evaluate(t, n, "GetBlockByNumber", strconv.FormatUint(number, 10)), block); err != nil {
		t.Fatal(err)
	}
	return block.GetHeader().GetPreviousHash()
}

// definition is the version and sequence number of the chaincode in force.
func definition(t *testing.T, n *Network) (string, int64) {
	t.Helper()
	member, done, err := n.member(n.topology.Peers[0])
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	d, err := chaincode.NewGateway(member.Peer, member.Admin).QueryCommittedWithName(t.Context(), ChannelName, ChaincodeName)
	if err != nil {
		t.Fatal(err)
	}
	return d.GetVersion(), d.GetSequence()
}

// checkTimeWindow checks that peers refuse proposals of another time, which
// upstream's own configuration asks for and an older one would not.
func checkTimeWindow(t *testing.T, n *Network) {
	text, err := os.ReadFile(filepath.Join(n.paths.node("peers", "peer.bank"), "config", "core.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte("TimeWindowCheck")) {
		t.Error("the peers do not check the time of a proposal")
	}
}

func runningPIDs(t *testing.T, dir string) map[string]int {
	t.Helper()
	state, err := loadState(dir)
	if err != nil {
		t.Fatal(err)
	}
	pids := map[string]int{}
	for _, p := range state.Processes {
		pids[p.Name] = p.PID
	}
	return pids
}

// wantGone waits until none of the processes exists. It has no limit of its
// own: a process that stays makes the test run into go test's limit.
func wantGone(t *testing.T, pids map[string]int) {
	t.Helper()
	for name, pid := range pids {
		for alive(pid) {
			if t.Context().Err() != nil {
				t.Fatalf("%s (process %d) is still there", name, pid)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

func killSupervisor(t *testing.T, dir string) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^$")
	cmd.Env = append(os.Environ(), superviseVariable+"="+dir)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	defer cmd.Process.Kill()
	var pids map[string]int
	for len(pids) < 5 { // until everything runs
		select {
		case err := <-ended:
			t.Fatalf("the supervisor ended: %v", err)
		case <-time.After(50 * time.Millisecond):
		}
		if exists(paths(dir).join(stateFile)) {
			pids = runningPIDs(t, dir)
		}
	}
	if pid, err := Supervisor(dir); err != nil || pid != cmd.Process.Pid {
		t.Errorf("the supervisor is said to be process %d (%v), want %d", pid, err, cmd.Process.Pid)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-ended
	wantGone(t, pids)
	if pid, err := Supervisor(dir); err != nil || pid != 0 {
		t.Errorf("a supervisor is said to run: %d (%v)", pid, err)
	}
}
