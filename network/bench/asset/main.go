// Command asset is the chaincode that the benchmark compares with: what a newcomer to Fabric writes first, one asset of
// 100 bytes for each transaction, checked for existence and put.
package main

import (
	"fmt"
	"log"
	"os"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
)

// Contract keeps assets.
type Contract struct{ contractapi.Contract }

// Create records an asset once.
func (c *Contract) Create(ctx contractapi.TransactionContextInterface, id, value string) error {
	old, err := ctx.GetStub().GetState(id)
	if err != nil {
		return fmt.Errorf("read asset %s: %w", id, err)
	}
	if old != nil {
		return fmt.Errorf("asset %s exists", id)
	}
	return ctx.GetStub().PutState(id, []byte(value))
}

// Heartbeat commits a value, by which a network proves that it is ready.
func (c *Contract) Heartbeat(ctx contractapi.TransactionContextInterface) error {
	return ctx.GetStub().PutState("heartbeat", []byte(ctx.GetStub().GetTxID()))
}

func main() {
	cc, err := contractapi.NewChaincode(&Contract{})
	if err != nil {
		log.Fatal(err)
	}
	tls, err := shimTLS()
	if err != nil {
		log.Fatal(err)
	}
	server := &shim.ChaincodeServer{CCID: os.Getenv("CHAINCODE_ID"), Address: os.Getenv("CHAINCODE_ADDRESS"), CC: cc, TLSProps: tls}
	log.Fatal(server.Start())
}

// shimTLS reads the credentials that the network gives every chaincode.
func shimTLS() (p shim.TLSProperties, err error) {
	if p.Disabled = os.Getenv("CHAINCODE_TLS_KEY") == ""; p.Disabled {
		return p, nil
	}
	if p.Key, err = os.ReadFile(os.Getenv("CHAINCODE_TLS_KEY")); err != nil {
		return p, err
	}
	if p.Cert, err = os.ReadFile(os.Getenv("CHAINCODE_TLS_CERT")); err != nil {
		return p, err
	}
	p.ClientCACerts, err = os.ReadFile(os.Getenv("CHAINCODE_CLIENT_CA"))
	return p, err
}
