// Command chaincode serves the Fundtrace contract to peers as an external service.
//
// Environment:
//
//	CHAINCODE_ID          package identifier that the peers installed (label:sha256)
//	CHAINCODE_ADDRESS     host:port to listen on
//	CHAINCODE_TLS_KEY     PEM files; leave all three empty to serve without TLS, on a trusted host only
//	CHAINCODE_TLS_CERT
//	CHAINCODE_CLIENT_CA   certificate authorities of the peers that may connect
package main

import (
	"fmt"
	"log/slog"
	"os"
	"time"

	"fundtrace/chaincode/contract"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
)

func main() {
	if err := serve(); err != nil {
		slog.Error("chaincode stopped", "error", err)
		os.Exit(1)
	}
}

func serve() error {
	cc, err := contract.NewChaincode(time.Now)
	if err != nil {
		return err
	}
	tls, err := tlsFiles()
	if err != nil {
		return err
	}
	server := &shim.ChaincodeServer{CCID: os.Getenv("CHAINCODE_ID"), Address: os.Getenv("CHAINCODE_ADDRESS"), CC: cc, TLSProps: tls}
	slog.Info("chaincode serves", "address", server.Address, "id", server.CCID)
	if err := server.Start(); err != nil {
		return fmt.Errorf("serve %s: %w", server.Address, err)
	}
	return nil
}

func tlsFiles() (shim.TLSProperties, error) {
	var p shim.TLSProperties
	for name, field := range map[string]*[]byte{"CHAINCODE_TLS_KEY": &p.Key, "CHAINCODE_TLS_CERT": &p.Cert, "CHAINCODE_CLIENT_CA": &p.ClientCACerts} {
		file := os.Getenv(name)
		if file == "" {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return p, fmt.Errorf("read %s: %w", name, err)
		}
		*field = data
	}
	p.Disabled = p.Key == nil
	return p, nil
}
